/** Hours in which this canvas must not disturb anybody; messages are put off, never dropped. */
import { Switch, TimePicker } from "antd";
import { useTranslation } from "react-i18next";
import { clock } from "../../model/zone";
import styles from "../panel.module.css";
import type { SettingsPart } from "./SettingsPanel";

const USUAL = { from: "22:00", to: "08:00" };

export function QuietForm({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  const quiet = settings.quiet_hours;
  const set = (end: "from" | "to", value: string) =>
    change({ quiet_hours: { ...USUAL, ...quiet, [end]: value } });
  const picker = (end: "from" | "to", value: string) => (
    <TimePicker
      format="HH:mm"
      allowClear={false}
      needConfirm={false}
      disabled={disabled}
      aria-label={t(`quiet.${end}`)}
      value={clock(value)}
      onChange={(next) => next && set(end, next.format("HH:mm"))}
    />
  );
  return (
    <section className={styles.section}>
      <div className={styles.inline}>
        <h3 style={{ flex: 1 }}>{t("quiet.title")}</h3>
        <Switch
          size="small"
          disabled={disabled}
          checked={quiet !== null}
          aria-label={t("quiet.title")}
          onChange={(on) => change({ quiet_hours: on ? USUAL : null })}
        />
      </div>
      {quiet ? (
        <>
          <div className={styles.inline}>
            {picker("from", quiet.from)} – {picker("to", quiet.to)}
          </div>
          <p className={styles.help}>{t("quiet.means", { to: quiet.to })}</p>
        </>
      ) : (
        <p className={styles.help}>{t("quiet.off")}</p>
      )}
    </section>
  );
}
