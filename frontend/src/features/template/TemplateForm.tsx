/** Editing a template: channel, account, purpose, the content form of the channel, and the phone beside it. */
import { useNavigate } from "@tanstack/react-router";
import { Button, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { queryClient, useList } from "@/shared/api/queries";
import type { ChannelAccount, Template } from "@/shared/api/types";
import type { Values } from "@/shared/form/fields";
import { SchemaForm } from "@/shared/form/SchemaForm";
import type { PlacedProblem } from "@/shared/form/schema";
import { VariableText } from "@/shared/form/variableText";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { RemoveButton } from "@/shared/ui/RemoveButton";
import { useAct } from "@/shared/ui/useAct";
import { EmailContent } from "./EmailContent";
import { Preview } from "./Preview";
import { useSchemas } from "./schemas";
import { Basics } from "./TemplateBasics";
import { TestSend } from "./TestSend";
import styles from "./template.module.css";

export type Draft = Pick<Template, "name" | "channel" | "account" | "purpose" | "content"> & {
  track: boolean | null;
};

// The text with chips brings an editor along: it comes when a form first shows one.
const ChipText = lazy(() => import("./chips/ChipText"));

const NEW: Draft = {
  name: "",
  channel: "sms",
  account: null,
  purpose: "marketing",
  track: null,
  content: {},
};

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
  const [draft, setDraft] = useState<Draft>(template ? template : NEW);
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
    track: draft.track,
    content: draft.content,
  };
  const [customer, setCustomer] = useState<string | null>(null);
  const [faults, setFaults] = useState<PlacedProblem[]>([]);
  const Content = draft.channel === "email" ? EmailContent : SchemaForm;
  const unsaved =
    template !== undefined && JSON.stringify(draft.content) !== JSON.stringify(template.content);
  return (
    <PageFrame
      back={{ to: "/templates", label: t("title") }}
      title={template?.name ?? t("new")}
      actions={
        <>
          {template ? <TestSend template={template.id} customer={customer} unsaved={unsaved} /> : null}
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
              <VariableText.Provider value={ChipText}>
                <Suspense fallback={<Skeleton active />}>
                  <Content
                    key={draft.channel}
                    schema={schema}
                    value={draft.content as Values}
                    onChange={(content) => change({ content })}
                    problems={problem ? problemsAt(problem.errors, "/content") : faults}
                    lang={lang}
                  />
                </Suspense>
              </VariableText.Provider>
            ) : null}
          </Panel>
        </div>
        <Preview
          draft={fields}
          schema={schema}
          customer={customer}
          onCustomer={setCustomer}
          onFaults={setFaults}
        />
      </div>
    </PageFrame>
  );
}
