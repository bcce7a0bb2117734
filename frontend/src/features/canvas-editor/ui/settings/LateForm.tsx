/** How old an event may be when it arrives and still bring its customer in. */
import { useTranslation } from "react-i18next";
import { DurationField } from "@/shared/form/widgets/duration";
import type { Tolerance } from "../../model/document";
import { useSurroundings } from "../../store/editor";
import styles from "../panel.module.css";
import type { SettingsPart } from "./SettingsPanel";

const UNITS = ["days", "hours", "minutes"];
const USUAL: Tolerance = { days: 3 };

export function LateForm({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  return (
    <section className={styles.section}>
      <h3>{t("late.title")}</h3>
      <DurationField
        label={t("late.title")}
        value={told(settings.late_events)}
        units={UNITS}
        lang={lang}
        disabled={disabled}
        onChange={(next) => change({ late_events: (next as Tolerance | undefined) ?? null })}
      />
      <p className={styles.help}>{t("late.means")}</p>
    </section>
  );
}

/** Without the units that are nought, as the field shows one of them. */
function told(kept: Tolerance | null | undefined): Tolerance {
  const parts = Object.entries(kept ?? {}).filter(([, amount]) => amount);
  return parts.length ? (Object.fromEntries(parts) as Tolerance) : USUAL;
}
