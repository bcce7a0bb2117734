/** How often one customer may enter the canvas. */
import { InputNumber, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { EntryRule } from "../../model/document";
import styles from "../panel.module.css";
import type { SettingsPart } from "./SettingsPanel";

const USUAL_DAYS = 7;

export function EntryForm({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  // Nothing chosen means once, as the server takes it.
  const rule = settings.entry?.rule ?? "once";
  const days = typeof rule === "object" ? rule.once_per.days : USUAL_DAYS;
  const choice = typeof rule === "object" ? "once_per" : rule;
  const put = (next: EntryRule) => change({ entry: { ...settings.entry, rule: next } });
  const choose = (next: string) => put(next === "once_per" ? { once_per: { days } } : (next as EntryRule));
  return (
    <section className={styles.section}>
      <h3>{t("entry.title")}</h3>
      <Radio.Group
        disabled={disabled}
        value={choice}
        onChange={(event) => choose(event.target.value as string)}
        vertical
      >
        <Radio value="once">{t("entry.once")}</Radio>
        <Radio value="once_per">
          <span className={styles.inline}>
            {t("entry.every")}
            <InputNumber
              min={1}
              max={3650}
              precision={0}
              size="small"
              value={days}
              disabled={disabled || choice !== "once_per"}
              aria-label={t("entry.days")}
              onChange={(next) => put({ once_per: { days: next ?? USUAL_DAYS } })}
            />
            {t("entry.dayOnce")}
          </span>
        </Radio>
        <Radio value="every_time">{t("entry.every_time")}</Radio>
      </Radio.Group>
    </section>
  );
}
