/** From when until when a canvas is active, in the tenant's time zone. */
import { DatePicker } from "antd";
import { useTranslation } from "react-i18next";
import { inZone, onTheWall } from "../../model/zone";
import styles from "../panel.module.css";
import { useServices } from "../services";
import type { SettingsPart } from "./SettingsPanel";

export function RangeForm(part: SettingsPart) {
  const { t } = useTranslation("editor");
  return (
    <section className={styles.section}>
      <h3>{t("range.title")}</h3>
      <p className={styles.help}>{t("range.help")}</p>
      <RangePicker {...part} />
    </section>
  );
}

export function RangePicker({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  const { timezone } = useServices();
  const from = onTheWall(settings.active?.from, timezone);
  const to = onTheWall(settings.active?.to, timezone);
  return (
    <div className={styles.row}>
      <span>{t("range.label")}</span>
      <DatePicker.RangePicker
        className={styles.wide}
        disabled={disabled}
        allowEmpty={[true, true]}
        value={[from, to]}
        aria-label={t("range.label")}
        onChange={(dates) => {
          const [start, end] = dates ?? [null, null];
          if (!start && !end) return change({ active: null });
          change({
            active: {
              from: start ? inZone(start.startOf("day"), timezone) : null,
              to: end ? inZone(end.endOf("day"), timezone) : null,
            },
          });
        }}
      />
    </div>
  );
}
