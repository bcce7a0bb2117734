/** Which canvas goes first, and which one gets the last message that a cap leaves a customer. */
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { Priority } from "../../model/document";
import styles from "../panel.module.css";
import type { SettingsPart } from "./SettingsPanel";

const CHOICES: Priority[] = ["high", "normal", "low"];

export function PriorityForm({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  return (
    <section className={styles.section}>
      <h3>{t("priority.title")}</h3>
      <Segmented<Priority>
        aria-label={t("priority.title")}
        block
        disabled={disabled}
        value={settings.priority}
        options={CHOICES.map((value) => ({ value, label: t(`priority.${value}`) }))}
        onChange={(priority) => change({ priority })}
      />
      <p className={styles.help}>{t("priority.means")}</p>
    </section>
  );
}
