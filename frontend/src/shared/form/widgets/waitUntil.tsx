/** Until when to wait: a time of day ("14:00"), weekdays, or a date of the customer's with days before or after it. */
import { InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";
import { AttributePicker } from "./pickers";
import { TimeInput } from "./times";

interface ByAttribute {
  attribute?: string;
  offset_days?: number;
  at?: string;
}

interface ByWeekday {
  weekday?: string | string[];
  at?: string;
}

type Kind = "none" | "clock" | "weekday" | "attribute";

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

const START: Record<Kind, unknown> = {
  none: undefined,
  clock: "10:00",
  weekday: { weekday: ["MO"], at: "09:00" },
  attribute: { offset_days: 0, at: "09:00" },
};

export function kindOf(value: unknown): Kind {
  if (typeof value === "string") return "clock";
  if (!value || typeof value !== "object") return "none";
  return "weekday" in value ? "weekday" : "attribute";
}

export function WaitUntilInput(props: WidgetProps) {
  const { id, value, onChange, disabled } = props;
  const { t } = useTranslation("form");
  const kinds: Kind[] = ["none", "clock", "weekday", "attribute"];
  const kind = kindOf(value);
  return (
    <div className={styles.stack}>
      <Segmented
        id={id}
        block
        disabled={disabled}
        value={kind}
        options={kinds.map((key) => ({ value: key, label: t(`until.${key}`) }))}
        onChange={(next) => onChange(START[next])}
      />
      {kind === "clock" ? <TimeInput {...props} /> : null}
      {kind === "weekday" ? <OnWeekdays {...props} value={value as ByWeekday} /> : null}
      {kind === "attribute" ? <DateOfCustomer {...props} value={value as ByAttribute} /> : null}
    </div>
  );
}

function OnWeekdays(props: Omit<WidgetProps, "value"> & { value: ByWeekday }) {
  const { value, onChange, disabled, problems } = props;
  const { t } = useTranslation("form");
  const bad = problems.some((problem) => problem.pointer.startsWith("/weekday"));
  return (
    <div className={styles.card}>
      <Select
        mode="multiple"
        aria-label={t("until.weekday")}
        className={styles.full}
        status={bad ? "error" : undefined}
        disabled={disabled}
        value={[value.weekday ?? []].flat()}
        options={WEEKDAYS.map((day) => ({ value: day, label: t(`until.day.${day}`) }))}
        onChange={(weekday: string[]) => weekday.length > 0 && onChange({ ...value, weekday })}
      />
      <TimeInput
        {...props}
        id={`${props.id}-at`}
        value={value.at ?? "09:00"}
        problems={problems.filter((problem) => problem.pointer.startsWith("/at"))}
        onChange={(at) => onChange({ ...value, at: at as string })}
      />
    </div>
  );
}

function DateOfCustomer(props: Omit<WidgetProps, "value"> & { value: ByAttribute }) {
  const { value, onChange, disabled, problems, field } = props;
  const { t } = useTranslation("form");
  const set = (patch: ByAttribute) => onChange({ ...value, ...patch });
  const dates = { ...field, required: true, schema: {}, ui: { types: ["date", "datetime"] } };
  const at = (name: string) => problems.filter((problem) => problem.pointer.startsWith(`/${name}`));
  return (
    <div className={styles.card}>
      <AttributePicker
        {...props}
        field={dates}
        value={value.attribute}
        problems={at("attribute")}
        onChange={(attribute) => set({ attribute: attribute as string })}
      />
      <div className={styles.inline}>
        <InputNumber
          aria-label={t("until.offset")}
          style={{ width: 96 }}
          precision={0}
          value={value.offset_days ?? 0}
          disabled={disabled}
          onChange={(days) => set({ offset_days: days ?? 0 })}
        />
        <span className={styles.help}>{t("until.offsetHelp")}</span>
      </div>
      <TimeInput
        {...props}
        id={`${props.id}-at`}
        value={value.at ?? "09:00"}
        problems={at("at")}
        onChange={(time) => set({ at: time as string })}
      />
    </div>
  );
}
