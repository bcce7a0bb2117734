/** Editing an audience. Saving sends what changed; the size comes back with the answer. */
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type FieldError, type Problem, problemsAt } from "@/shared/api/problem";
import { queryClient } from "@/shared/api/queries";
import type { Audience } from "@/shared/api/types";
import type { PlacedProblem } from "@/shared/form/schema";
import { usePreview } from "@/shared/rule/preview";
import { RuleBuilder } from "@/shared/rule/RuleBuilder";
import { RuleCount } from "@/shared/rule/RuleCount";
import type { Rule } from "@/shared/rule/types";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import { AudienceActions } from "./AudienceActions";
import { AudienceFacts } from "./AudienceFacts";
import { ChangePeople } from "./ChangePeople";
import styles from "./audience.module.css";
import { parseIds } from "./model/ids";
import { unknownNote } from "./unknownNote";

interface Props {
  audience?: Audience;
  kind: Audience["kind"];
}

interface Draft {
  name: string;
  rule: Rule | null;
  ids: string;
  folder: string;
  description: string;
}

const DAILY = { every: "day", at: "04:00" }; // what a new audience begins with; its page changes it

function bodyOf(draft: Draft, kind: Audience["kind"], isNew: boolean): object {
  const name = draft.name.trim();
  const about = { name, folder: draft.folder, description: draft.description };
  if (kind === "dynamic" && isNew) return { ...about, kind, rule: draft.rule, schedule: DAILY };
  if (kind === "dynamic") return { ...about, rule: draft.rule };
  return isNew ? { ...about, kind, customers: parseIds(draft.ids), by: "guess" } : about;
}

type Saved = Audience & { unknown?: string[]; unknown_count?: number; unknown_url?: string | null };

function useSave({ audience, kind }: Props) {
  const { t } = useTranslation("audiences");
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (draft: Draft) => {
    setProblem(null);
    const body = bodyOf(draft, kind, !audience);
    const request = () =>
      audience ? api.patch<Saved>(`/audiences/${audience.id}`, body) : api.post<Saved>("/audiences", body);
    const onProblem = (found: Problem) => {
      setProblem(found);
      return (
        found.errors.length > 0 &&
        found.errors.every((error) => /^\/(rule|name|customers)/.test(error.pointer))
      );
    };
    const stale = [keys.resource("audiences")];
    const { data } = await act(request, { stale, onProblem, done: t("common:saved") });
    if (!data) return;
    if (data.unknown?.length) void modal.warning(unknownNote(data, t));
    queryClient.setQueryData(keys.one("audiences", data.id), data);
    if (!audience) void navigate({ to: `/audiences/${data.id}` as never, replace: true });
  };
  return { save, busy, problem, clear: () => setProblem(null) };
}

export function AudienceForm({ audience, kind }: Props) {
  const { t } = useTranslation("audiences");
  const [draft, setDraft] = useState<Draft>({
    name: audience?.name ?? "",
    rule: audience?.rule ?? null,
    ids: "",
    folder: audience?.folder ?? "",
    description: audience?.description ?? "",
  });
  const { save, busy, problem, clear } = useSave({ audience, kind });
  const change = (patch: Partial<Draft>) => {
    clear();
    setDraft((old) => ({ ...old, ...patch }));
  };
  const complete =
    draft.name.trim() && (kind === "static" ? audience || parseIds(draft.ids).length : draft.rule);
  const nameProblem = problem?.errors.find((error) => error.pointer === "/name")?.detail;
  return (
    <PageFrame
      back={{ to: "/audiences", label: t("title") }}
      title={audience ? audience.name : t(kind === "static" ? "newStatic" : "newDynamic")}
      actions={
        <>
          {audience ? <AudienceActions audience={audience} /> : null}
          <Button type="primary" loading={busy} disabled={!complete} onClick={() => void save(draft)}>
            {t("common:actions.save")}
          </Button>
        </>
      }
    >
      <Panel>
        <label className={styles.label} htmlFor="audience-name">
          {t("name")}
        </label>
        <Input
          id="audience-name"
          maxLength={100}
          placeholder={t("namePlaceholder")}
          value={draft.name}
          status={nameProblem ? "error" : undefined}
          style={{ maxWidth: 480 }}
          onChange={(event) => change({ name: event.target.value })}
        />
        {nameProblem ? <p className={styles.problem}>{nameProblem}</p> : null}
        <div className={styles.row}>
          <Input
            aria-label={t("folder")}
            placeholder={t("folderPlaceholder")}
            maxLength={100}
            style={{ maxWidth: 200 }}
            value={draft.folder}
            onChange={(event) => change({ folder: event.target.value })}
          />
          <Input
            aria-label={t("description")}
            placeholder={t("descriptionPlaceholder")}
            maxLength={2000}
            style={{ maxWidth: 480, flex: 1, minWidth: 200 }}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        </div>
      </Panel>
      {kind === "dynamic" ? (
        <RuleEditor rule={draft.rule} saved={problem} onChange={(rule) => change({ rule })} />
      ) : audience ? null : (
        <PastedIds
          value={draft.ids}
          problems={problemsAt(problem?.errors ?? [], "/customers")}
          onChange={(ids) => change({ ids })}
        />
      )}
      {audience ? <AudienceFacts audience={audience} /> : null}
      {audience && kind === "static" ? <ChangePeople audience={audience} /> : null}
    </PageFrame>
  );
}

interface RuleProps {
  rule: Rule | null;
  saved: Problem | null;
  onChange: (rule: Rule | null) => void;
}

function RuleEditor({ rule, saved, onChange }: RuleProps) {
  const { t, i18n } = useTranslation("audiences");
  const preview = usePreview(rule);
  const refused: PlacedProblem[] = problemsAt(saved?.errors ?? [], "/rule");
  const problems = refused.length ? refused : preview.problems;
  return (
    <div className={styles.columns}>
      <Panel title={t("who")}>
        <RuleBuilder
          value={rule}
          onChange={onChange}
          problems={problems}
          preview={preview}
          lang={i18n.language}
        />
      </Panel>
      <RuleCount state={preview} lang={i18n.language} />
    </div>
  );
}

interface PastedProps {
  value: string;
  problems: FieldError[];
  onChange: (next: string) => void;
}

function PastedIds({ value, problems, onChange }: PastedProps) {
  const { t } = useTranslation("audiences");
  return (
    <Panel title={t("static.title")}>
      <p className={styles.hint}>{t("static.text")}</p>
      <Input.TextArea
        aria-label={t("static.title")}
        autoSize={{ minRows: 8, maxRows: 20 }}
        placeholder={t("static.placeholder")}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {problems.map((problem) => (
        <p key={problem.pointer + problem.code} role="alert" className={styles.problem}>
          {problem.detail}
        </p>
      ))}
      <p className={styles.hint}>{t("static.count", { n: parseIds(value).length })}</p>
    </Panel>
  );
}
