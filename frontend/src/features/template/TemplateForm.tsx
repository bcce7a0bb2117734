/** Editing a template: channel, account, purpose, the content form of the channel, and the phone beside it. */
import { useNavigate } from "@tanstack/react-router";
import { Button, Input, Segmented, Select } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { queryClient, useList } from "@/shared/api/queries";
import type { ChannelAccount, Template } from "@/shared/api/types";
import { blank, type Values } from "@/shared/form/fields";
import { FieldRow } from "@/shared/form/FieldRow";
import { SchemaForm } from "@/shared/form/SchemaForm";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { RemoveButton } from "@/shared/ui/RemoveButton";
import { useAct } from "@/shared/ui/useAct";
import { Preview } from "./Preview";
import { useSchemas } from "./schemas";
import styles from "./template.module.css";

export type Draft = Pick<Template, "name" | "channel" | "account" | "purpose" | "content">;

const NEW: Draft = { name: "", channel: "sms", account: null, purpose: "marketing", content: {} };

function useSave(template?: Template) {
  const { t } = useTranslation("template");
  const navigate = useNavigate();
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (draft: Draft) => {
    setProblem(null);
    const body = { ...draft, name: draft.name.trim() };
    const request = () =>
      template
        ? api.patch<Template>(`/templates/${template.id}`, body)
        : api.post<Template>("/templates", body);
    const onProblem = (found: Problem) => {
      setProblem(found);
      return found.errors.some((error) => error.pointer !== "");
    };
    const { data } = await act(request, {
      stale: [keys.resource("templates")],
      onProblem,
      done: t("common:saved"),
    });
    if (!data) return;
    queryClient.setQueryData(keys.one("templates", data.id), data);
    if (!template) void navigate({ to: `/templates/${data.id}` as never, replace: true });
  };
  return { save, busy, problem };
}

export function TemplateForm({ template }: { template?: Template }) {
  const { t, i18n } = useTranslation("template");
  const lang = i18n.language;
  const [draft, setDraft] = useState<Draft>(template ?? NEW);
  const { save, busy, problem } = useSave(template);
  const schemas = useSchemas(lang);
  const change = (patch: Partial<Draft>) => setDraft((old) => ({ ...old, ...patch }));
  const schema = schemas.of(draft.channel);
  const accounts = useList<ChannelAccount>("channel-accounts", { page_size: 200 });
  const fitting = (accounts.data?.results ?? []).filter((item) => item.channel === draft.channel);
  // Most tenants have one account a channel: it is taken without asking.
  const account = draft.account ?? fitting[0]?.id ?? null;
  const fields: Draft = {
    name: draft.name,
    channel: draft.channel,
    account,
    purpose: draft.purpose,
    content: draft.content,
  };
  return (
    <PageFrame
      back={{ to: "/templates", label: t("title") }}
      title={template?.name ?? t("new")}
      actions={
        <>
          {template ? (
            <RemoveButton
              resource="templates"
              id={template.id}
              title={t("delete.title", { name: template.name })}
              text={t("delete.text")}
              back="/templates"
            />
          ) : null}
          <Button
            type="primary"
            loading={busy}
            disabled={!draft.name.trim() || !account}
            onClick={() => void save(fields)}
          >
            {t("common:actions.save")}
          </Button>
        </>
      }
    >
      <div className={styles.columns}>
        <div className={styles.left}>
          <Panel>
            <Basics
              draft={draft}
              problem={problem}
              schemas={schemas}
              fixed={Boolean(template)}
              fitting={fitting}
              account={account}
              change={change}
            />
          </Panel>
          <Panel title={t("content")}>
            {schema ? (
              <SchemaForm
                schema={schema}
                value={draft.content as Values}
                onChange={(content) => change({ content })}
                problems={problemsAt(problem?.errors ?? [], "/content")}
                lang={lang}
              />
            ) : null}
          </Panel>
        </div>
        <Preview draft={fields} schema={schema} />
      </div>
    </PageFrame>
  );
}

interface BasicsProps {
  draft: Draft;
  problem: Problem | null;
  schemas: ReturnType<typeof useSchemas>;
  fixed: boolean;
  fitting: ChannelAccount[];
  account: string | null;
  change: (patch: Partial<Draft>) => void;
}

function Basics({ draft, problem, schemas, fixed, fitting, account, change }: BasicsProps) {
  const { t } = useTranslation("template");
  const row = (name: keyof Draft, control: ReactNode, required = true) => (
    <FieldRow
      id={`template-${name}`}
      field={{ label: t(name), help: t(`help.${name}`, { defaultValue: "" }), required, widget: "text" }}
      problems={problemsAt(problem?.errors ?? [], `/${name}`)}
    >
      {control}
    </FieldRow>
  );
  const setChannel = (channel: string) =>
    change({ channel, account: null, content: (blank(schemas.of(channel) ?? {}) as Values) ?? {} });
  return (
    <>
      {row(
        "name",
        <Input
          id="template-name"
          maxLength={100}
          value={draft.name}
          placeholder={t("namePlaceholder")}
          onChange={(event) => change({ name: event.target.value })}
        />,
      )}
      <div className={styles.pair}>
        {row(
          "channel",
          <Select
            id="template-channel"
            value={schemas.pending ? undefined : draft.channel}
            disabled={fixed}
            loading={schemas.pending}
            options={schemas.entries.map((entry) => ({
              value: entry.channel,
              label: t(`channels.${entry.channel}`, {
                defaultValue: schemas.label(entry.channel) || entry.channel,
              }),
            }))}
            onChange={setChannel}
          />,
        )}
        {row(
          "account",
          <Select
            id="template-account"
            value={fitting.length ? (account ?? undefined) : undefined}
            placeholder={t("accountPlaceholder")}
            notFoundContent={t("noAccount")}
            options={fitting.map((item) => ({ value: item.id, label: item.name }))}
            onChange={(chosen) => change({ account: chosen })}
          />,
        )}
      </div>
      {row(
        "purpose",
        <Segmented
          id="template-purpose"
          style={{ alignSelf: "flex-start" }}
          value={draft.purpose}
          options={(["marketing", "service"] as const).map((key) => ({
            value: key,
            label: t(`purposes.${key}`),
          }))}
          onChange={(purpose) => change({ purpose })}
        />,
      )}
    </>
  );
}
