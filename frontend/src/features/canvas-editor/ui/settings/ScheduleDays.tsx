/** On which days a scheduled canvas runs: one day, weekdays, or days of the month. */
import { DatePicker, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import type { Active, Schedule } from "../../model/document";
import { inZone, onTheWall } from "../../model/zone";
import styles from "../panel.module.css";
import { useServices } from "../services";
import type { SettingsPart } from "./SettingsPanel";

export type ScheduleParts = SettingsPart & { schedule: Schedule };

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

export function oneDay(day: Dayjs, zone: string): Active {
  return { from: inZone(day.startOf("day"), zone), to: inZone(day.endOf("day"), zone) };
}

export function OnceDay({ settings, change, disabled }: ScheduleParts) {
  const { t } = useTranslation("editor");
  const { timezone } = useServices();
  return (
    <label className={styles.row}>
      <span>{t("schedule.day")}</span>
      <DatePicker
        className={styles.wide}
        disabled={disabled}
        allowClear={false}
        value={onTheWall(settings.active?.from, timezone)}
        onChange={(day) => day && change({ active: oneDay(day, timezone) })}
      />
    </label>
  );
}

export function Weekdays({ schedule, change, disabled }: ScheduleParts) {
  const { t } = useTranslation("editor");
  const chosen = new Set(schedule.weekdays);
  const toggle = (day: string) => {
    const next = new Set(chosen);
    if (!next.delete(day)) next.add(day);
    change({ schedule: { ...schedule, weekdays: WEEKDAYS.filter((name) => next.has(name)) } });
  };
  return (
    <div className={styles.days} role="group" aria-label={t("schedule.weekdays")}>
      {WEEKDAYS.map((day) => (
        <button
          key={day}
          type="button"
          disabled={disabled}
          aria-pressed={chosen.has(day)}
          onClick={() => toggle(day)}
        >
          {t(`weekday.${day}`)}
        </button>
      ))}
    </div>
  );
}

export function Monthdays({ schedule, change, disabled }: ScheduleParts) {
  const { t } = useTranslation("editor");
  const days = [...Array.from({ length: 31 }, (_, index) => index + 1), -1];
  return (
    <label className={styles.row}>
      <span>{t("schedule.monthdays")}</span>
      <Select
        mode="multiple"
        disabled={disabled}
        value={schedule.monthdays ?? []}
        options={days.map((value) => ({
          value,
          label: value < 0 ? t("schedule.lastDay") : t("schedule.dayOfMonth", { day: value }),
        }))}
        onChange={(monthdays: number[]) => change({ schedule: { ...schedule, monthdays } })}
      />
    </label>
  );
}
