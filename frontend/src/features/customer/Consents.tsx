/** What the customer allows, channel by channel, with source and time; switched here when they say so by word of mouth. */
import { Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import { dateTime } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { staleOf } from "./stale";

type Consent = components["schemas"]["ConsentOut"];

const CHANNELS = ["sms", "email", "wechat", "wecom", "push", "call"];

export function Consents({ id }: { id: string }) {
  const { t, i18n } = useTranslation("customers");
  const { act, busy } = useAct();
  const said = useList<Consent>(`customers/${id}/consents`).data?.results ?? [];
  const put = (channel: string, granted: boolean) =>
    act(() => api.patch(`/customers/${id}`, { consents: { [channel]: granted } }), {
      stale: staleOf(id),
      done: t("common:saved"),
    });
  const name = (channel: string) => String(t(`template:channels.${channel}`, { defaultValue: channel }));
  const silent = CHANNELS.filter((channel) => !said.some((one) => one.channel === channel));
  return (
    <Panel title={t("consents")}>
      {said.length === 0 ? <p className={styles.hint}>{t("noConsents")}</p> : null}
      <ul className={styles.consents}>
        {said.map((one) => (
          <li key={one.channel}>
            <span>
              {name(one.channel)}
              <span className={styles.source}>
                {t("consentFrom", {
                  source: t(`sources.${one.source.split(":")[0]}`, { defaultValue: one.source }),
                  when: dateTime(one.at, i18n.language),
                })}
              </span>
            </span>
            <Switch
              checked={one.granted}
              loading={busy}
              aria-label={name(one.channel)}
              checkedChildren={t("allowed")}
              unCheckedChildren={t("refused")}
              onChange={(granted) => void put(one.channel, granted)}
            />
          </li>
        ))}
      </ul>
      {silent.length ? (
        <Select
          className={styles.addConsent}
          aria-label={t("consentAdd")}
          placeholder={t("consentAdd")}
          value={null}
          options={silent.map((channel) => ({ value: channel, label: name(channel) }))}
          onChange={(channel: string | null) => channel && void put(channel, true)}
        />
      ) : null}
    </Panel>
  );
}
