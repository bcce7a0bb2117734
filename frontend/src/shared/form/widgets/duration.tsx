/** A length of time: number and unit, stored as {"days": 3}. */
import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Duration } from "@/shared/api/types";
import { DURATION_UNITS, unitLabel } from "@/shared/lib/format";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

const UNITS: readonly string[] = DURATION_UNITS;

interface PlainProps {
  id?: string;
  value: Duration | null | undefined;
  onChange: (next: Duration | undefined) => void;
  units?: string[];
  lang: string;
  disabled?: boolean;
  bad?: boolean;
  label?: string;
}

export function DurationField({ id, value, onChange, units, lang, disabled, bad, label }: PlainProps) {
  const { t } = useTranslation("form");
  const [unit, amount] = Object.entries(value ?? {})[0] ?? [units?.[0] ?? "days", undefined];
  const offered = [...new Set([...(units ?? UNITS), unit])];
  const status = bad ? ("error" as const) : undefined;
  return (
    <div className={styles.inline} style={{ flexWrap: "nowrap" }}>
      <InputNumber
        id={id}
        aria-label={label}
        className={styles.amount}
        min={0}
        precision={0}
        value={amount}
        status={status}
        disabled={disabled}
        onChange={(next) => onChange(next === null ? undefined : { [unit]: next })}
      />
      <Select
        aria-label={t("duration.unit")}
        popupMatchSelectWidth={false}
        value={unit}
        disabled={disabled}
        options={offered.map((key) => ({ value: key, label: unitLabel(key, lang) }))}
        onChange={(next) => onChange({ [next]: amount ?? 1 })}
      />
    </div>
  );
}

export function DurationInput({ id, value, onChange, field, lang, disabled, problems }: WidgetProps) {
  return (
    <DurationField
      id={id}
      value={value as Duration}
      onChange={onChange}
      units={field.ui.units as string[] | undefined}
      lang={lang}
      disabled={disabled}
      bad={problems.length > 0}
    />
  );
}
