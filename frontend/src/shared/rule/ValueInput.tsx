/** The right-hand side of a comparison: by the type of what is compared and by how many values the operator takes. */
import { AutoComplete, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Duration } from "@/shared/api/types";
import { DurationField } from "@/shared/form/widgets/duration";
import { fromTheWall, onTheWall } from "@/shared/lib/wall";
import type { Arity, ValueType } from "./model/operators";
import styles from "./rule.module.css";

interface Props {
  type: ValueType;
  arity: Arity;
  value: unknown;
  onChange: (next: unknown) => void;
  options?: string[] | null;
  /** Values that often come: offered, and any other may be typed. */
  suggested?: string[];
  lang: string;
  disabled?: boolean;
  bad?: boolean;
  label: string;
  unit?: string;
}

function OneValue({ type, value, onChange, options, suggested, disabled, bad, label, unit }: Props) {
  const { t } = useTranslation("rule");
  const common = { disabled, status: bad ? ("error" as const) : undefined, "aria-label": label };
  if (type === "boolean") {
    const choices = [
      { value: "true", label: t("yes") },
      { value: "false", label: t("no") },
    ];
    const shown = value === undefined ? undefined : String(value);
    return (
      <Select
        {...common}
        className={styles.short}
        options={choices}
        value={shown}
        onChange={(v) => onChange(v === "true")}
      />
    );
  }
  if (type === "number") {
    return (
      <InputNumber
        {...common}
        className={styles.short}
        suffix={unit || undefined}
        value={value as number | null}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
  if (type === "date" || type === "datetime")
    return <DayValue {...{ type, value, onChange, disabled, bad, label }} />;
  if (options?.length) {
    const choices = options.map((option) => ({ value: option, label: option }));
    return (
      <Select
        {...common}
        className={styles.medium}
        showSearch
        options={choices}
        value={value as string}
        onChange={onChange}
      />
    );
  }
  if (suggested?.length) {
    return (
      <AutoComplete
        {...common}
        className={styles.medium}
        popupMatchSelectWidth={false}
        options={suggested.map((word) => ({ value: word }))}
        showSearch={{ filterOption: (typed, option) => String(option?.value).includes(typed) }}
        value={value === undefined ? "" : String(value)}
        onChange={(next) => onChange(next || undefined)}
      />
    );
  }
  return (
    <Input
      {...common}
      className={styles.medium}
      value={value === undefined ? "" : String(value)}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

function DayValue({ type, value, onChange, disabled, bad, label }: Omit<Props, "arity" | "lang">) {
  const instant = type === "datetime";
  const day = typeof value === "string" && value ? dayjs(value) : null;
  return (
    <DatePicker
      aria-label={label}
      showTime={instant}
      needConfirm={false}
      disabled={disabled}
      status={bad ? "error" : undefined}
      value={instant ? onTheWall(value) : day}
      onChange={(next) => onChange(instant ? fromTheWall(next) : next?.format("YYYY-MM-DD"))}
    />
  );
}

function ListValue({ type, value, onChange, options, suggested, disabled, bad, label }: Props) {
  const offered = options?.length ? options : (suggested ?? []);
  const list = Array.isArray(value) ? value.map(String) : [];
  const read = (words: string[]) =>
    type === "number" ? words.map(Number).filter((n) => !Number.isNaN(n)) : words;
  return (
    <Select
      aria-label={label}
      className={styles.long}
      mode={options?.length ? "multiple" : "tags"}
      tokenSeparators={[",", "，", "、", "\n"]}
      options={offered.map((option) => ({ value: option, label: option }))}
      open={offered.length ? undefined : false}
      suffixIcon={offered.length ? undefined : null}
      status={bad ? "error" : undefined}
      value={list}
      disabled={disabled}
      onChange={(next: string[]) => onChange(read(next))}
    />
  );
}

export function ValueInput(props: Props) {
  const { arity, value, onChange, lang, disabled, bad, label } = props;
  if (arity === "none") return null;
  if (arity === "list") return <ListValue {...props} />;
  if (arity === "duration") {
    return (
      <DurationField
        value={value as Duration}
        onChange={onChange}
        lang={lang}
        disabled={disabled}
        bad={bad}
        label={label}
      />
    );
  }
  if (arity === "two") {
    const [from, to] = Array.isArray(value) ? value : [];
    return (
      <>
        <OneValue {...props} value={from} onChange={(next) => onChange([next, to])} />
        <span className={styles.word}>~</span>
        <OneValue {...props} value={to} onChange={(next) => onChange([from, next])} />
      </>
    );
  }
  return <OneValue {...props} />;
}
