/** Until when to wait: a time of day ("14:00"), or a date of the customer's with days before or after it. */
import { InputNumber, Segmented } from "antd";
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

type Kind = "none" | "clock" | "attribute";

const START: Record<Kind, unknown> = {
  none: undefined,
  clock: "10:00",
  attribute: { offset_days: 0, at: "09:00" },
};

export function kindOf(value: unknown): Kind {
  if (typeof value === "string") return "clock";
  return value && typeof value === "object" ? "attribute" : "none";
}

export function WaitUntilInput(props: WidgetProps) {
  const { id, value, onChange, disabled } = props;
  const { t } = useTranslation("form");
  const kinds: Kind[] = ["none", "clock", "attribute"];
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
      {kind === "attribute" ? <DateOfCustomer {...props} value={value as ByAttribute} /> : null}
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
