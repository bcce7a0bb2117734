/** Editing an account: provider, its settings from its own schema, speed, call-back address and a test. */
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Input, InputNumber, Select, Switch } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { queryClient } from "@/shared/api/queries";
import type { ChannelAccount, ChannelProvider } from "@/shared/api/types";
import { blank, type Values } from "@/shared/form/fields";
import { FieldRow } from "@/shared/form/FieldRow";
import { SchemaForm } from "@/shared/form/SchemaForm";
import { CopyField } from "@/shared/ui/CopyField";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { RemoveButton } from "@/shared/ui/RemoveButton";
import { useAct } from "@/shared/ui/useAct";
import { providerName, providerOf, writable } from "./providers";
import styles from "./channel.module.css";

interface Draft {
  channel: string;
  provider: string;
  name: string;
  settings: Values;
  per_second: number | null;
  status: ChannelAccount["status"];
}

interface Props {
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
      <Panel>
        <Basics draft={draft} change={change} {...props} problem={problem} />
      </Panel>
      <Panel title={t("settings", { provider: providerName(catalogue, draft, i18n.language) })}>
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

interface BasicsProps extends Props {
  draft: Draft;
  problem: Problem | null;
  change: (patch: Partial<Draft>) => void;
}

function Basics({ draft, saved, catalogue, problem, change }: BasicsProps) {
  const { t, i18n } = useTranslation("channels");
  const row = (name: string, control: ReactNode, required = false) => (
    <FieldRow
      id={`account-${name}`}
      field={{ label: t(name), help: t(`help.${name}`, { defaultValue: "" }), required, widget: "text" }}
      problems={problemsAt(problem?.errors ?? [], `/${name === "rate" ? "limits" : name}`)}
    >
      {control}
    </FieldRow>
  );
  const choose = (channel: string, provider: string) =>
    change({
      channel,
      provider,
      settings: (blank(providerOf(catalogue, { channel, provider })?.schema ?? {}) as Values) ?? {},
    });
  const channels = [...new Set(catalogue.map((item) => item.channel))];
  const offered = catalogue.filter((item) => item.channel === draft.channel);
  return (
    <>
      {row(
        "name",
        <Input
          id="account-name"
          maxLength={100}
          value={draft.name}
          placeholder={t("namePlaceholder")}
          onChange={(event) => change({ name: event.target.value })}
        />,
        true,
      )}
      <div className={styles.grid}>
        {row(
          "channel",
          <Select
            id="account-channel"
            disabled={Boolean(saved)}
            value={draft.channel}
            options={channels.map((channel) => ({
              value: channel,
              label: t(`template:channels.${channel}`, { defaultValue: channel }),
            }))}
            onChange={(channel) =>
              choose(channel, catalogue.find((item) => item.channel === channel)?.provider ?? "")
            }
          />,
        )}
        {row(
          "provider",
          <Select
            id="account-provider"
            disabled={Boolean(saved)}
            value={draft.provider}
            options={offered.map((item) => ({
              value: item.provider,
              label: providerName(catalogue, item, i18n.language),
            }))}
            onChange={(provider) => choose(draft.channel, provider)}
          />,
        )}
        {row(
          "rate",
          <InputNumber
            id="account-rate"
            style={{ width: "100%" }}
            min={1}
            placeholder={t("noLimit")}
            value={draft.per_second}
            onChange={(per_second) => change({ per_second })}
          />,
        )}
        {saved
          ? row(
              "status",
              <div>
                <Switch
                  id="account-status"
                  checked={draft.status === "active"}
                  checkedChildren={t("states.active")}
                  unCheckedChildren={t("states.paused")}
                  onChange={(on) => change({ status: on ? "active" : "paused" })}
                />
              </div>,
            )
          : null}
      </div>
    </>
  );
}

function Connection({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const { message } = App.useApp();
  const { act, busy } = useAct();
  const [to, setTo] = useState("");
  const test = async () => {
    const { data } = await act(() =>
      api.post<{ ok: boolean; detail: string }>(`/channel-accounts/${account.id}/test`, { to }),
    );
    if (data)
      void (data.ok
        ? message.success(data.detail || t("test.ok"))
        : message.error(data.detail || t("test.failed"), 8));
  };
  return (
    <Panel title={t("connection")}>
      {account.callback_url ? (
        <CopyField label={t("callback")} value={account.callback_url} help={t("callbackHelp")} />
      ) : null}
      <div className={styles.test}>
        <Input
          aria-label={t("test.to")}
          placeholder={t("test.to")}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <Button loading={busy} disabled={!to.trim()} onClick={() => void test()}>
          {t("test.button")}
        </Button>
      </div>
    </Panel>
  );
}
