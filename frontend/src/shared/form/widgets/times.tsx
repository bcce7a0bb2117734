/** Clock times as "14:00", dates as "2026-12-01", instants as ISO 8601 with the tenant's offset. */
import { DatePicker, TimePicker } from "antd";
import dayjs from "dayjs";
import { fromTheWall, onTheWall } from "@/shared/lib/wall";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

const DAY = "2000-01-01T";
const bad = (props: WidgetProps) => (props.problems.length > 0 ? ("error" as const) : undefined);

export function TimeInput(props: WidgetProps) {
  const { id, value, onChange, field, disabled } = props;
  const format = field.ui.seconds ? "HH:mm:ss" : "HH:mm";
  return (
    <TimePicker
      id={id}
      className={styles.full}
      format={format}
      needConfirm={false}
      value={typeof value === "string" && value ? dayjs(DAY + value) : null}
      status={bad(props)}
      disabled={disabled}
      onChange={(next) => onChange(next ? next.format(format) : undefined)}
    />
  );
}

export function DateInput(props: WidgetProps) {
  const { id, value, onChange, disabled } = props;
  return (
    <DatePicker
      id={id}
      className={styles.full}
      value={typeof value === "string" && value ? dayjs(value) : null}
      status={bad(props)}
      disabled={disabled}
      onChange={(next) => onChange(next ? next.format("YYYY-MM-DD") : undefined)}
    />
  );
}

export function DateTimeInput(props: WidgetProps) {
  const { id, value, onChange, disabled } = props;
  return (
    <DatePicker
      id={id}
      className={styles.full}
      showTime
      needConfirm={false}
      value={onTheWall(value)}
      status={bad(props)}
      disabled={disabled}
      onChange={(next) => onChange(fromTheWall(next))}
    />
  );
}
