/** When a scheduled canvas runs: once, or daily, weekly, monthly at fixed times inside a range of dates. */
import { Button, DatePicker, InputNumber, Segmented, Select, TimePicker } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import type { Active, Schedule } from "../../model/document";
import { clock, inZone, onTheWall, tomorrow } from "../../model/zone";
import styles from "../panel.module.css";
import { useServices } from "../services";
import { NextTimes } from "./NextTimes";
import { RangePicker } from "./RangeForm";
import type { SettingsPart } from "./SettingsPanel";

const REPEATS = ["once", "daily", "weekly", "monthly"] as const;
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
const DEFAULT_AT = "10:00:00";

export function ScheduleForm(part: SettingsPart) {
  const { t } = useTranslation("editor");
  const { schedule } = part.settings;
  return (
    <section className={styles.section}>
      <h3>{t("schedule.title")}</h3>
      {schedule ? <Times {...part} schedule={schedule} /> : <Unset {...part} />}
    </section>
  );
}

function Unset({ change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  const { timezone } = useServices();
  const start = () =>
    change({ schedule: { at: [DEFAULT_AT], repeat: "once" }, active: oneDay(tomorrow(timezone), timezone) });
  return (
    <>
      <p className={styles.help}>{t("schedule.unset")}</p>
      <Button disabled={disabled} onClick={start}>
        {t("schedule.set")}
      </Button>
    </>
  );
}

function oneDay(day: Dayjs, zone: string): Active {
  return { from: inZone(day.startOf("day"), zone), to: inZone(day.endOf("day"), zone) };
}

type Parts = SettingsPart & { schedule: Schedule };

function Times(part: Parts) {
  const { t } = useTranslation("editor");
  const { schedule, change, disabled } = part;
  const repeat = (next: Schedule["repeat"]) => change({ schedule: withRepeat(schedule, next) });
  return (
    <>
      <Segmented
        block
        disabled={disabled}
        value={schedule.repeat}
        onChange={repeat}
        options={REPEATS.map((value) => ({ value, label: t(`schedule.${value}`) }))}
        aria-label={t("schedule.repeat")}
      />
      {schedule.repeat === "once" ? <OnceDay {...part} /> : <RangePicker {...part} />}
      {schedule.repeat === "weekly" ? <Weekdays {...part} /> : null}
      {schedule.repeat === "monthly" ? <Monthdays {...part} /> : null}
      <Clocks {...part} />
      {schedule.repeat === "once" ? null : <Interval {...part} />}
      <NextTimes />
    </>
  );
}

function withRepeat(schedule: Schedule, repeat: Schedule["repeat"]): Schedule {
  const next: Schedule = { at: schedule.at, repeat };
  if (repeat === "weekly") next.weekdays = schedule.weekdays?.length ? schedule.weekdays : ["TH"];
  if (repeat === "monthly") next.monthdays = schedule.monthdays?.length ? schedule.monthdays : [1];
  if (repeat !== "once" && schedule.interval) next.interval = schedule.interval;
  return next;
}

function OnceDay({ settings, change, disabled }: Parts) {
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

function Weekdays({ schedule, change, disabled }: Parts) {
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

function Monthdays({ schedule, change, disabled }: Parts) {
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

function Clocks({ schedule, change, disabled }: Parts) {
  const { t } = useTranslation("editor");
  const put = (at: string[]) => change({ schedule: { ...schedule, at } });
  const times = schedule.at.length ? schedule.at : [DEFAULT_AT];
  return (
    <div className={styles.row} role="group" aria-label={t("schedule.at")}>
      <span>{t("schedule.at")}</span>
      <div className={styles.inline}>
        {times.map((at, index) => (
          <TimePicker
            key={`${index}`}
            disabled={disabled}
            needConfirm={false}
            allowClear={times.length > 1}
            aria-label={t("schedule.at")}
            value={clock(at)}
            onChange={(next) =>
              put(
                times.flatMap((old, place) =>
                  place === index ? (next ? [next.format("HH:mm:ss")] : []) : [old],
                ),
              )
            }
          />
        ))}
        <Button
          size="small"
          type="text"
          disabled={disabled || times.length >= 24}
          onClick={() => put([...times, "18:00:00"])}
        >
          + {t("schedule.addTime")}
        </Button>
      </div>
    </div>
  );
}

function Interval({ schedule, change, disabled }: Parts) {
  const { t } = useTranslation("editor");
  return (
    <div className={styles.inline}>
      <span>{t("schedule.every")}</span>
      <InputNumber
        min={1}
        max={52}
        precision={0}
        disabled={disabled}
        aria-label={t("schedule.interval")}
        value={schedule.interval ?? 1}
        onChange={(interval) => change({ schedule: { ...schedule, interval: interval ?? 1 } })}
      />
      <span>{t(`schedule.unit_${schedule.repeat}`)}</span>
    </div>
  );
}
