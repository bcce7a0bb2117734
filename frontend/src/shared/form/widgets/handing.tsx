/** To whom or through what a step hands people: a channel account, or the staff who look after them. */
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { ChannelAccount, Staff } from "@/shared/api/types";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";
import { channelOf, Picker, type PickerSource } from "./pickers";

export function AccountPicker(props: WidgetProps) {
  const channel = channelOf(props);
  const source: PickerSource<ChannelAccount> = {
    resource: "channel-accounts",
    word: "account",
    query: { channel },
    keep: (item) => !channel || item.channel === channel,
    toChoice: (item) => ({ value: item.id, label: item.name, note: item.provider }),
  };
  return <Picker props={props} source={source} />;
}

const KINDS = ["owner", "first_added", "all", "one"] as const;

/** "owner" | "first_added" | "all" | {"staff": id}. */
export function StaffToInput(props: WidgetProps) {
  const { id, value, onChange, disabled, field, problems } = props;
  const { t } = useTranslation("form");
  const one = typeof value === "object" && value !== null;
  const source: PickerSource<Staff> = {
    resource: "staff",
    word: "staff",
    toChoice: (item) => ({ value: item.id, label: item.name, note: item.external_id }),
  };
  const member = {
    ...props,
    id: `${id}-staff`,
    field: { ...field, required: true },
    value: one ? (value as { staff?: string }).staff : undefined,
    onChange: (staff: unknown) => onChange({ staff }),
    problems: problems.filter((problem) => problem.pointer.startsWith("/staff")),
  };
  return (
    <div className={styles.stack}>
      <Segmented
        id={id}
        block
        disabled={disabled}
        value={one ? "one" : ((value as string) ?? "owner")}
        options={KINDS.map((key) => ({ value: key, label: t(`staffTo.${key}`) }))}
        onChange={(next) => onChange(next === "one" ? { staff: "" } : next)}
      />
      {one ? <Picker props={member} source={source} /> : null}
    </div>
  );
}
