/** When a scheduled canvas runs: once, or daily, weekly, monthly at fixed times inside a range of dates. */
import { Button, InputNumber, Segmented, Select, TimePicker } from "antd";
import { useTranslation } from "react-i18next";
import type { Schedule } from "../../model/document";
import { clock, tomorrow } from "../../model/zone";
import styles from "../panel.module.css";
import { useServices } from "../services";
import { NextTimes } from "./NextTimes";
import { RangePicker } from "./RangeForm";
import { Monthdays, OnceDay, oneDay, type ScheduleParts, Weekdays } from "./ScheduleDays";
import type { SettingsPart } from "./SettingsPanel";

const REPEATS = ["once", "daily", "weekly", "monthly"] as const;
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

function Times(part: ScheduleParts) {
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
      <Missed {...part} />
      <NextTimes />
    </>
  );
}

function withRepeat(schedule: Schedule, repeat: Schedule["repeat"]): Schedule {
  const next: Schedule = { at: schedule.at, repeat, missed: schedule.missed ?? "run_once" };
  if (repeat === "weekly") next.weekdays = schedule.weekdays?.length ? schedule.weekdays : ["TH"];
  if (repeat === "monthly") next.monthdays = schedule.monthdays?.length ? schedule.monthdays : [1];
  if (repeat !== "once" && schedule.interval) next.interval = schedule.interval;
  return next;
}

function Clocks({ schedule, change, disabled }: ScheduleParts) {
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

function Missed({ schedule, change, disabled }: ScheduleParts) {
  const { t } = useTranslation("editor");
  return (
    <div className={styles.row}>
      <span>{t("schedule.missed")}</span>
      <Select
        disabled={disabled}
        aria-label={t("schedule.missed")}
        value={schedule.missed ?? "run_once"}
        options={(["run_once", "skip"] as const).map((value) => ({
          value,
          label: t(`schedule.missed_${value}`),
        }))}
        onChange={(missed) => change({ schedule: { ...schedule, missed } })}
      />
    </div>
  );
}

function Interval({ schedule, change, disabled }: ScheduleParts) {
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
