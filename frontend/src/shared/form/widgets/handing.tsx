/** To whom or through what a step hands people: a channel account, or the staff who look after them. */
import { Checkbox, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ChannelAccount, Staff } from "@/shared/api/types";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";
import { AttributePicker, channelOf, Picker, type PickerSource } from "./pickers";

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

const KINDS = ["owner", "first_added", "all", "manager", "same", "event", "one"] as const;

const BLANK: Record<string, unknown> = { one: { staff: "" }, same: { same: "" }, event: { event: "userid" } };

/** "owner" | "first_added" | "all" | "manager" | {"staff": id} | {"same": attribute} | {"event": property, "manager"}. */
export function StaffToInput(props: WidgetProps) {
  const { id, value, onChange, disabled, field, problems } = props;
  const { t } = useTranslation("form");
  const given =
    typeof value === "object" && value !== null
      ? (value as { staff?: string; same?: string; event?: string; manager?: boolean })
      : null;
  const kind = given
    ? "same" in given
      ? "same"
      : "event" in given
        ? "event"
        : "one"
    : ((value as string) ?? "owner");
  const source: PickerSource<Staff> = {
    resource: "staff",
    word: "staff",
    toChoice: (item) => ({ value: item.id, label: item.name, note: item.external_id }),
  };
  const member = {
    ...props,
    id: `${id}-staff`,
    field: { ...field, required: true },
    value: given?.staff,
    onChange: (staff: unknown) => onChange({ staff }),
    problems: problems.filter((problem) => problem.pointer.startsWith("/staff")),
  };
  const alike = {
    ...props,
    id: `${id}-same`,
    field: { ...field, label: t("staffTo.sameAs"), required: true },
    value: given?.same,
    onChange: (same: unknown) => onChange({ same }),
    problems: problems.filter((problem) => problem.pointer.startsWith("/same")),
  };
  return (
    <div className={styles.stack}>
      <Select
        id={id}
        disabled={disabled}
        value={kind}
        options={KINDS.map((key) => ({ value: key, label: t(`staffTo.${key}`) }))}
        onChange={(next) => onChange(BLANK[next as string] ?? next)}
      />
      {kind === "one" ? <Picker props={member} source={source} /> : null}
      {kind === "same" ? <AttributePicker {...alike} /> : null}
      {kind === "event" ? (
        <>
          <Input
            aria-label={t("staffTo.property")}
            placeholder="userid"
            disabled={disabled}
            value={given?.event}
            onChange={(next) => onChange({ ...given, event: next.target.value })}
          />
          <Checkbox
            disabled={disabled}
            checked={given?.manager}
            onChange={(next) => onChange({ ...given, manager: next.target.checked })}
          >
            {t("staffTo.theirManager")}
          </Checkbox>
          <p className={styles.help}>{t("staffTo.eventHelp")}</p>
        </>
      ) : null}
    </div>
  );
}
