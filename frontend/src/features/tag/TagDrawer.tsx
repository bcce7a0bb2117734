/** One tag, new or known: name, layer, rule; how well it matches behaviour; who uses it; removal with the number of people. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Drawer, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { count, relative } from "@/shared/lib/format";
import { RuleField } from "@/shared/rule/RuleField";
import type { Rule } from "@/shared/rule/types";
import { Chip, Status } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import { Accuracy } from "./Accuracy";
import { LAYERS, type Layer, type Tag } from "./api";
import { TEMPLATES } from "./templates";
import styles from "./tag.module.css";

const STALE = [keys.resource("tags"), keys.resource("figures")];

interface Draft {
  name: string;
  layer: Layer;
  description: string;
  rule: Rule | null;
}

function bodyOf(draft: Draft, tag: Tag | null): object {
  const { rule, ...rest } = draft;
  const same = JSON.stringify(rule) === JSON.stringify(tag?.rule ?? null);
  return same ? rest : { ...rest, rule };
}

function Removal({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const { t, i18n } = useTranslation("tags");
  const { modal } = App.useApp();
  const { act } = useAct();
  const users = tag.used_by ?? [];
  const remove = async () => {
    const query = users.length ? `?confirm=${tag.customers}` : "";
    const { problem } = await act(() => api.delete(`/tags/${tag.id}${query}`), {
      stale: STALE,
      done: t("common:deleted"),
    });
    if (!problem) onClose();
  };
  const ask = () =>
    modal.confirm({
      title: t("delete.title", { name: tag.name }),
      content: t(users.length ? "delete.used" : "delete.text", {
        n: count(tag.customers, i18n.language),
        users: users.map((user) => user.name).join("、"),
      }),
      okText: t("common:actions.delete"),
      okButtonProps: { danger: true },
      onOk: remove,
    });
  return (
    <Button danger type="text" onClick={ask}>
      {t("common:actions.delete")}
    </Button>
  );
}

function Facts({ tag }: { tag: Tag }) {
  const { t, i18n } = useTranslation("tags");
  const { act, busy } = useAct();
  const refresh = () =>
    act(() => api.post(`/tags/${tag.id}/refresh`), { stale: STALE, done: t("refreshing") });
  return (
    <section className={styles.facts}>
      <p>
        <strong>{t("people", { n: count(tag.customers, i18n.language) })}</strong>{" "}
        <Link to={`/customers?tag=${encodeURIComponent(tag.name)}` as never}>{t("seePeople")}</Link>
      </p>
      {tag.error ? (
        <p role="alert">
          <Status tone="bad">{t("failed")}</Status> {tag.error}
        </p>
      ) : null}
      {tag.rule ? (
        <p>
          {t("kept.rule", { at: relative(tag.refreshed_at, i18n.language) })}{" "}
          <Button size="small" loading={busy} onClick={() => void refresh()}>
            {t("refresh")}
          </Button>
        </p>
      ) : null}
      <p>
        {t("common:usedBy")}：
        {tag.used_by?.length
          ? tag.used_by.map((use) => <Chip key={use.type + use.id}>{use.name}</Chip>)
          : t("unused")}
      </p>
    </section>
  );
}

export default function TagDrawer({ tag: listed, onClose }: { tag: Tag | null; onClose: () => void }) {
  const { t, i18n } = useTranslation("tags");
  const { data } = useQuery({
    queryKey: keys.one("tags", listed?.id ?? ""),
    queryFn: ({ signal }) => fetched(api.get<Tag>(`/tags/${listed?.id}`, { signal })),
    enabled: listed !== null,
  });
  const tag = data ?? listed;
  const [draft, setDraft] = useState<Draft>({
    name: tag?.name ?? "",
    layer: tag?.layer ?? "behaviour",
    description: tag?.description ?? "",
    rule: tag?.rule ?? null,
  });
  const [problem, setProblem] = useState<Problem | null>(null);
  const { act, busy } = useAct();
  const change = (patch: Partial<Draft>) => {
    setProblem(null);
    setDraft((old) => ({ ...old, ...patch }));
  };
  const save = async () => {
    const body = bodyOf(draft, tag);
    const request = () => (tag ? api.patch<Tag>(`/tags/${tag.id}`, body) : api.post<Tag>("/tags", body));
    const onProblem = (found: Problem) => {
      setProblem(found);
      return found.errors.some((error) => error.pointer.startsWith("/rule"));
    };
    const { data: saved } = await act(request, { stale: STALE, onProblem, done: t("common:saved") });
    if (saved) onClose();
  };
  return (
    <Drawer
      open
      size={640}
      title={tag ? tag.name : t("new")}
      onClose={onClose}
      extra={
        <>
          {tag ? <Removal tag={tag} onClose={onClose} /> : null}
          <Button type="primary" loading={busy} disabled={!draft.name.trim()} onClick={() => void save()}>
            {t("common:actions.save")}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {tag ? <Facts tag={tag} /> : null}
        <label htmlFor="tag-name">{t("name")}</label>
        <Input
          id="tag-name"
          maxLength={200}
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <span id="tag-layer">{t("layerLabel")}</span>
        <Segmented
          aria-labelledby="tag-layer"
          value={draft.layer}
          options={LAYERS.map((layer) => ({ value: layer, label: t(`layer.${layer}`) }))}
          onChange={(layer) => change({ layer })}
        />
        <label htmlFor="tag-description">{t("description")}</label>
        <Input.TextArea
          id="tag-description"
          rows={2}
          maxLength={2000}
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
        />
        <span>{t("ruleLabel")}</span>
        <p className={styles.note}>{t("ruleNote")}</p>
        <RuleField
          value={draft.rule}
          lang={i18n.language}
          title={t("ruleLabel")}
          problems={problemsAt(problem?.errors ?? [], "/rule")}
          onChange={(rule) => change({ rule })}
        />
        {tag ? null : (
          <p className={styles.templates}>
            {t("templates.title")}
            {TEMPLATES.map(({ key, layer, rule }) => (
              <Button
                key={key}
                size="small"
                onClick={() => change({ name: t(`templates.${key}`), layer, rule })}
              >
                {t(`templates.${key}`)}
              </Button>
            ))}
          </p>
        )}
        {tag?.rule && draft.rule ? (
          <Button size="small" type="link" onClick={() => change({ rule: null })}>
            {t("dropRule")}
          </Button>
        ) : null}
        {tag?.rule ? <Accuracy tag={tag} /> : null}
      </div>
    </Drawer>
  );
}
