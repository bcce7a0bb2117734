/** Editing an account: provider, its settings from its own schema, speed, call-back address and a test. */
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { queryClient } from "@/shared/api/queries";
import type { ChannelAccount, ChannelProvider } from "@/shared/api/types";
import { blank, type Values } from "@/shared/form/fields";
import { pick } from "@/shared/i18n/setup";
import { SchemaForm } from "@/shared/form/SchemaForm";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { RemoveButton } from "@/shared/ui/RemoveButton";
import { useAct } from "@/shared/ui/useAct";
import { providerName, providerOf, writable } from "./providers";
import { Basics } from "./AccountBasics";
import { Connection } from "./Connection";
import { Stopped } from "./Stopped";
import styles from "./channel.module.css";

export interface Draft {
  channel: string;
  provider: string;
  name: string;
  settings: Values;
  per_second: number | null;
  status: ChannelAccount["status"];
}

export interface Props {
  saved?: ChannelAccount;
  catalogue: ChannelProvider[];
}

function draftOf({ saved, catalogue }: Props): Draft {
  if (saved) {
    const { channel, provider, name, settings, limits, status } = saved;
    return { channel, provider, name, settings, per_second: limits?.per_second ?? null, status };
  }
  const first = catalogue.find((item) => item.channel === "sms") ?? catalogue[0];
  const settings = (blank(first?.schema ?? {}) as Values) ?? {};
  return {
    channel: first?.channel ?? "",
    provider: first?.provider ?? "",
    name: "",
    settings,
    per_second: null,
    status: "active",
  };
}

function bodyOf(draft: Draft, isNew: boolean): object {
  const { channel, provider, name, settings, per_second, status } = draft;
  const common = { name: name.trim(), settings: writable(settings), limits: { per_second } };
  return isNew ? { channel, provider, ...common } : { ...common, status };
}

function useSave(saved?: ChannelAccount) {
  const { t } = useTranslation("channels");
  const navigate = useNavigate();
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (draft: Draft) => {
    setProblem(null);
    const body = bodyOf(draft, !saved);
    const request = () =>
      saved
        ? api.patch<ChannelAccount>(`/channel-accounts/${saved.id}`, body)
        : api.post<ChannelAccount>("/channel-accounts", body);
    const onProblem = (found: Problem) => {
      setProblem(found);
      return found.errors.some((error) => /^\/(settings|name|limits)/.test(error.pointer));
    };
    const stale = [keys.resource("channel-accounts")];
    const { data } = await act(request, { stale, onProblem, done: t("common:saved") });
    if (!data) return;
    queryClient.setQueryData(keys.one("channel-accounts", data.id), data);
    if (!saved) void navigate({ to: `/channels/${data.id}` as never, replace: true });
  };
  return { save, busy, problem };
}

export function AccountForm(props: Props) {
  const { saved, catalogue } = props;
  const { t, i18n } = useTranslation("channels");
  const [draft, setDraft] = useState<Draft>(() => draftOf(props));
  const { save, busy, problem } = useSave(saved);
  const change = (patch: Partial<Draft>) => setDraft((old) => ({ ...old, ...patch }));
  const provider = providerOf(catalogue, draft);
  return (
    <PageFrame
      back={{ to: "/channels", label: t("title") }}
      title={saved?.name ?? t("new")}
      actions={
        <>
          {saved ? (
            <RemoveButton
              resource="channel-accounts"
              id={saved.id}
              title={t("delete.title", { name: saved.name })}
              text={t("delete.text")}
              back="/channels"
            />
          ) : null}
          <Button
            type="primary"
            loading={busy}
            disabled={!draft.name.trim()}
            onClick={() => void save(draft)}
          >
            {t("common:actions.save")}
          </Button>
        </>
      }
    >
      {saved ? <Stopped account={saved} onResumed={() => change({ status: "active" })} /> : null}
      <Panel>
        <Basics draft={draft} change={change} {...props} problem={problem} />
      </Panel>
      <Panel title={t("settings", { provider: providerName(catalogue, draft, i18n.language) })}>
        {provider?.docs ? (
          <>
            <h3 className={styles.docs}>{t("docs")}</h3>
            <p className={styles.hint}>{pick(provider.docs, i18n.language)}</p>
          </>
        ) : null}
        {provider && Object.keys(provider.schema.properties ?? {}).length > 0 ? (
          <SchemaForm
            schema={provider.schema}
            value={draft.settings}
            onChange={(settings) => change({ settings })}
            problems={problemsAt(problem?.errors ?? [], "/settings")}
            lang={i18n.language}
          />
        ) : (
          <p className={styles.hint}>{t("noSettings")}</p>
        )}
      </Panel>
      {saved ? <Connection account={saved} /> : null}
    </PageFrame>
  );
}
