/** Name, channel, provider, speed and state of an account. */
import { Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { blank, type Values } from "@/shared/form/fields";
import { FieldRow } from "@/shared/form/FieldRow";
import type { Draft, Props } from "./AccountForm";
import { providerName, providerOf } from "./providers";
import styles from "./channel.module.css";

interface BasicsProps extends Props {
  draft: Draft;
  problem: Problem | null;
  change: (patch: Partial<Draft>) => void;
}

export function Basics({ draft, saved, catalogue, problem, change }: BasicsProps) {
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
