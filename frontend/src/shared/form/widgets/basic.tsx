/** Widgets for plain values: text, number, choice, switch, list of words. */
import { Input, InputNumber, Segmented, Select, Switch } from "antd";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

const asText = (value: unknown) => (value === undefined || value === null ? "" : String(value));
const status = (props: WidgetProps) => (props.problems.length > 0 ? ("error" as const) : undefined);

export function TextInput(props: WidgetProps) {
  const { id, value, onChange, field, disabled } = props;
  const long = field.widget === "textarea" || field.ui.multiline === true;
  const shared = {
    id,
    value: asText(value),
    disabled,
    status: status(props),
    maxLength: field.schema.maxLength,
    placeholder: asText(field.ui.placeholder),
  };
  if (long) {
    return (
      <Input.TextArea
        {...shared}
        autoSize={{ minRows: 3, maxRows: 12 }}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return <Input {...shared} suffix={field.unit} onChange={(event) => onChange(event.target.value)} />;
}

export function NumberInput(props: WidgetProps) {
  const { id, value, onChange, field, disabled } = props;
  // Money travels as a decimal string: a schema of type "string" keeps it one, whatever the control shows.
  const asString = field.schema.type === "string";
  return (
    <InputNumber
      id={id}
      className={styles.full}
      style={{ width: "100%" }}
      value={value as number | string | null}
      stringMode={asString}
      min={field.schema.minimum}
      max={field.schema.maximum}
      precision={field.schema.type === "integer" ? 0 : undefined}
      suffix={field.unit}
      status={status(props)}
      disabled={disabled}
      onChange={(next) => onChange(next === null ? undefined : asString ? String(next) : Number(next))}
    />
  );
}

export function SelectInput(props: WidgetProps) {
  const { id, value, onChange, field, disabled } = props;
  const options = field.options.map((option) => ({ value: option.value as string, label: option.label }));
  const short = options.length <= 3 && options.every((option) => option.label.length <= 8);
  if (short && field.required) {
    return (
      <Segmented
        id={id}
        block
        options={options}
        value={value as string}
        disabled={disabled}
        onChange={onChange}
      />
    );
  }
  return (
    <Select
      id={id}
      className={styles.full}
      value={value as string}
      placeholder={asText(field.ui.placeholder)}
      options={options}
      allowClear={!field.required}
      status={status(props)}
      disabled={disabled}
      showSearch={options.length > 8 ? { optionFilterProp: "label" } : false}
      onChange={(next) => onChange(next)}
    />
  );
}

export function MultiSelectInput(props: WidgetProps) {
  const { id, value, onChange, field, disabled } = props;
  return (
    <Select
      id={id}
      mode="multiple"
      className={styles.full}
      placeholder={asText(field.ui.placeholder)}
      value={(value as string[]) ?? []}
      options={field.options.map((option) => ({ value: option.value as string, label: option.label }))}
      status={status(props)}
      disabled={disabled}
      onChange={onChange}
    />
  );
}

/** A list of words or numbers, typed one by one or pasted with commas (half and full width). */
export function StringsInput(props: WidgetProps) {
  const { id, value, onChange, field, disabled } = props;
  const numeric = ["integer", "number"].includes(String(field.schema.items?.type));
  const clean = (words: string[]) =>
    numeric ? words.map(Number).filter((n) => !Number.isNaN(n)) : words.map((word) => word.trim());
  return (
    <Select
      id={id}
      mode="tags"
      className={styles.full}
      tokenSeparators={[",", "，", "、", "\n"]}
      open={false}
      suffixIcon={null}
      value={((value as unknown[]) ?? []).map(String)}
      status={status(props)}
      disabled={disabled}
      onChange={(next: string[]) => onChange(clean(next))}
    />
  );
}

export function SwitchInput({ id, value, onChange, disabled }: WidgetProps) {
  return (
    <div>
      <Switch id={id} checked={value === true} disabled={disabled} onChange={onChange} />
    </div>
  );
}
