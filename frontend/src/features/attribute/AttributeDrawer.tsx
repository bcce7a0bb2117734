/** One attribute, new or known: labels, limits, sensitive or not; who uses it; archive and back. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Drawer, Input, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Problem } from "@/shared/api/problem";
import { Chip } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./attribute.module.css";
import { type Attribute, bodyOf, type Draft, draftOf, hasBounds, type Kind, TYPES } from "./model";

const STALE = [keys.resource("attributes"), keys.resource("catalogue")];
const pathOf = (key: string) => `/attributes/${encodeURIComponent(key)}`;

interface FieldProps {
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
}

function Text({
  draft,
  change,
  name,
}: FieldProps & { name: "zh" | "en" | "min" | "max" | "max_length" | "pattern" }) {
  const { t } = useTranslation("attributes");
  return (
    <div>
      <label htmlFor={`attribute-${name}`}>{t(`fields.${name}`)}</label>
      <Input
        id={`attribute-${name}`}
        value={draft[name]}
        onChange={(event) => change({ [name]: event.target.value })}
      />
    </div>
  );
}

function Limits({ draft, change }: FieldProps) {
  const { t } = useTranslation("attributes");
  if (draft.type === "enum") {
    return (
      <>
        <label htmlFor="attribute-options">{t("fields.options")}</label>
        <Select
          id="attribute-options"
          mode="tags"
          open={false}
          suffixIcon={null}
          value={draft.options}
          onChange={(options: string[]) => change({ options })}
        />
        <p className={styles.help}>{t("optionsHelp")}</p>
      </>
    );
  }
  if (hasBounds(draft.type)) {
    return (
      <div className={styles.pair}>
        <Text draft={draft} change={change} name="min" />
        <Text draft={draft} change={change} name="max" />
      </div>
    );
  }
  if (draft.type !== "string") return null;
  return (
    <div className={styles.pair}>
      <Text draft={draft} change={change} name="max_length" />
      <Text draft={draft} change={change} name="pattern" />
    </div>
  );
}

function Users({ attribute, onClose }: { attribute: Attribute; onClose: () => void }) {
  const { t } = useTranslation("attributes");
  const { act, busy } = useAct();
  const users = useQuery({
    queryKey: keys.part("attributes", attribute.key, "usage"),
    queryFn: ({ signal }) =>
      fetched(
        api.get<{ results: { type: string; id: string; name: string }[] }>(`${pathOf(attribute.key)}/usage`, {
          signal,
        }),
      ),
  }).data?.results;
  const move = async (way: "archive" | "restore") => {
    const { problem } = await act(() => api.post(`${pathOf(attribute.key)}/${way}`), {
      stale: STALE,
      done: t(`${way}d`),
    });
    if (!problem) onClose();
  };
  return (
    <>
      <p>
        {t("common:usedBy")}：
        {users?.length ? users.map((use) => <Chip key={use.type + use.id}>{use.name}</Chip>) : t("unused")}
      </p>
      {attribute.archived_at ? (
        <Button loading={busy} onClick={() => void move("restore")}>
          {t("restore")}
        </Button>
      ) : (
        <Button loading={busy} disabled={!users || users.length > 0} onClick={() => void move("archive")}>
          {t("archive")}
        </Button>
      )}
      <p className={styles.help}>{t("archiveHelp")}</p>
    </>
  );
}

/** The saved attribute, or undefined when it was refused. */
function useSaving(attribute: Attribute | null, onClose: () => void) {
  const { t } = useTranslation("attributes");
  const { modal } = App.useApp();
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (draft: Draft) => {
    const body = bodyOf(draft, attribute !== null);
    const request = () =>
      attribute
        ? api.patch<{ breaking: number }>(pathOf(attribute.key), body)
        : api.post<{ breaking: number }>("/attributes", body);
    const onProblem = (found: Problem) => {
      setProblem(found);
      return found.errors.length > 0;
    };
    const { data } = await act(request, { stale: STALE, onProblem, done: t("common:saved") });
    if (data?.breaking) void modal.info({ title: t("breaking", { n: data.breaking }) });
    if (data) onClose();
  };
  /** Sealing moves every value: said before it begins. */
  const saveOrAsk = (draft: Draft) => {
    if (!attribute || draft.sensitive === attribute.sensitive) return void save(draft);
    modal.confirm({
      title: t(draft.sensitive ? "seal.title" : "open.title", { name: draft.zh || draft.key }),
      content: t(draft.sensitive ? "seal.text" : "open.text"),
      onOk: () => save(draft),
    });
  };
  return { save: saveOrAsk, busy, problem, clear: () => setProblem(null) };
}

export function AttributeDrawer({
  attribute,
  onClose,
}: {
  attribute: Attribute | null;
  onClose: () => void;
}) {
  const { t } = useTranslation("attributes");
  const [draft, setDraft] = useState(() => draftOf(attribute));
  const { save, busy, problem, clear } = useSaving(attribute, onClose);
  const change = (patch: Partial<Draft>) => {
    clear();
    setDraft((old) => ({ ...old, ...patch }));
  };
  const ready = Boolean(draft.key.trim()) && (draft.type !== "enum" || draft.options.length > 0);
  return (
    <Drawer
      open
      size={520}
      title={attribute ? draft.zh || attribute.key : t("new")}
      onClose={onClose}
      extra={
        <Button type="primary" loading={busy} disabled={!ready} onClick={() => save(draft)}>
          {t("common:actions.save")}
        </Button>
      }
    >
      <div className={styles.form}>
        <div className={styles.pair}>
          <div>
            <label htmlFor="attribute-key">{t("fields.key")}</label>
            <Input
              id="attribute-key"
              disabled={attribute !== null}
              value={draft.key}
              onChange={(event) => change({ key: event.target.value })}
            />
          </div>
          <div>
            <label htmlFor="attribute-type">{t("type")}</label>
            <Select<Kind>
              id="attribute-type"
              disabled={attribute !== null}
              value={draft.type}
              options={TYPES.map((value) => ({ value, label: t(`types.${value}`) }))}
              onChange={(type) => change({ type })}
            />
          </div>
        </div>
        <div className={styles.pair}>
          <Text draft={draft} change={change} name="zh" />
          <Text draft={draft} change={change} name="en" />
        </div>
        <Limits draft={draft} change={change} />
        <label htmlFor="attribute-sensitive">{t("sensitive")}</label>
        <div>
          <Switch
            id="attribute-sensitive"
            checked={draft.sensitive}
            disabled={draft.type === "list"}
            onChange={(sensitive) => change({ sensitive })}
          />
        </div>
        <p className={styles.help}>{t("sensitiveHelp")}</p>
        {problem?.errors.map((error) => (
          <p key={error.pointer + error.code} role="alert" className={styles.fault}>
            {error.detail}
          </p>
        ))}
        {attribute ? <Users attribute={attribute} onClose={onClose} /> : null}
      </div>
    </Drawer>
  );
}
