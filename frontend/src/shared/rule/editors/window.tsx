/** The time span in which events count: all time, the last so many days, or from … to (half-open). */
import { DatePicker, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Duration } from "@/shared/api/types";
import { DurationField } from "@/shared/form/widgets/duration";
import { fromTheWall, onTheWall } from "@/shared/lib/wall";
import styles from "../rule.module.css";
import type { Window } from "../types";

type Kind = "always" | "last" | "between";

interface Props {
  value: Window | undefined;
  onChange: (next: Window | undefined) => void;
  lang: string;
  disabled?: boolean;
}

function kindOf(value: Window | undefined): Kind {
  if (!value) return "always";
  return "last" in value ? "last" : "between";
}

const START: Record<Kind, Window | undefined> = {
  always: undefined,
  last: { last: { days: 90 } },
  between: {},
};

export function WindowInput({ value, onChange, lang, disabled }: Props) {
  const { t } = useTranslation("rule");
  const kind = kindOf(value);
  const kinds: Kind[] = ["last", "always", "between"];
  return (
    <>
      <Select
        aria-label={t("window.label")}
        popupMatchSelectWidth={false}
        value={kind}
        disabled={disabled}
        options={kinds.map((key) => ({ value: key, label: t(`window.${key}`) }))}
        onChange={(next: Kind) => onChange(START[next])}
      />
      {value && "last" in value ? (
        <div className={styles.span}>
          <DurationField
            value={value.last}
            onChange={(last) => onChange({ last: (last ?? {}) as Duration })}
            units={["days", "hours", "weeks", "months"]}
            lang={lang}
            disabled={disabled}
            label={t("window.label")}
          />
        </div>
      ) : null}
      {kind === "between" ? (
        <Range value={value as { from?: string; to?: string }} onChange={onChange} disabled={disabled} />
      ) : null}
    </>
  );
}

function Range({
  value,
  onChange,
  disabled,
}: {
  value: { from?: string; to?: string };
  onChange: (next: Window) => void;
  disabled?: boolean;
}) {
  const { t } = useTranslation("rule");
  const edge = (name: "from" | "to") => (
    <DatePicker
      showTime
      needConfirm={false}
      aria-label={t(`window.${name}`)}
      placeholder={t(`window.${name}`)}
      disabled={disabled}
      value={onTheWall(value[name])}
      onChange={(next) => onChange({ ...value, [name]: fromTheWall(next) })}
    />
  );
  return (
    <>
      {edge("from")}
      {edge("to")}
    </>
  );
}
