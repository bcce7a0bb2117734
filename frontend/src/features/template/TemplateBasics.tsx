/** Name, channel, account and purpose of a template. */
import { Input, Segmented, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemsAt } from "@/shared/api/problem";
import type { ChannelAccount } from "@/shared/api/types";
import { blank, type Values } from "@/shared/form/fields";
import { FieldRow } from "@/shared/form/FieldRow";
import type { useSchemas } from "./schemas";
import type { Draft } from "./TemplateForm";
import styles from "./template.module.css";

/** The platform keeps these for notices: no marketing. */
const NOTICES = new Set(["wechat_template", "miniprogram"]);

/** What the usual message of a channel begins with. */
const STARTS: Record<string, Values> = {
  wechat_service: { msgtype: "text", text: { content: "" } },
  wechat_mass: { msgtype: "text", text: { content: "" } },
  wecom_app: { msgtype: "text", text: { content: "" } },
  wecom_customer: { text: { content: "" } },
};

interface BasicsProps {
  draft: Draft;
  problem: Problem | null;
  schemas: ReturnType<typeof useSchemas>;
  fixed: boolean;
  fitting: ChannelAccount[];
  account: string | null;
  change: (patch: Partial<Draft>) => void;
}

export function Basics({ draft, problem, schemas, fixed, fitting, account, change }: BasicsProps) {
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
    change({
      channel,
      account: null,
      purpose: NOTICES.has(channel) ? "service" : draft.purpose,
      content: { ...((blank(schemas.of(channel) ?? {}) as Values) ?? {}), ...STARTS[channel] },
    });
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
            disabled: key === "marketing" && NOTICES.has(draft.channel),
          }))}
          onChange={(purpose) => change({ purpose })}
        />,
      )}
      {row(
        "track",
        <Switch
          id="template-track"
          style={{ alignSelf: "flex-start" }}
          checked={draft.track ?? draft.purpose === "marketing"}
          onChange={(track) => change({ track })}
        />,
        false,
      )}
    </>
  );
}
