/** How long what was issued is good for: days after issue, fixed dates, or always. */
import { Checkbox, DatePicker, InputNumber, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fromTheWall, onTheWall } from "@/shared/lib/wall";
import type { Draft } from "./PackageForm";
import styles from "./reward.module.css";

type ValidityKind = "days" | "dates" | "always";

function validityKind(validity: Draft["validity"]): ValidityKind {
  if (validity.days !== undefined) return "days";
  return validity.from || validity.to ? "dates" : "always";
}

export function Validity({
  value,
  onChange,
}: {
  value: Draft["validity"];
  onChange: (next: Draft["validity"]) => void;
}) {
  const { t } = useTranslation("rewards");
  const [kind, setKind] = useState(validityKind(value));
  const choose = (next: ValidityKind) => {
    setKind(next);
    onChange(next === "days" ? { days: 30 } : {});
  };
  const edge = (name: "from" | "to", time: "startOf" | "endOf") => (
    <DatePicker
      aria-label={t(`validityEdge.${name}`)}
      placeholder={t(`validityEdge.${name}`)}
      value={onTheWall(value[name])}
      onChange={(day) => onChange({ ...value, [name]: fromTheWall(day?.[time]("day") ?? null) })}
    />
  );
  return (
    <div className={styles.validity}>
      <Segmented
        id="package-validity"
        value={kind}
        options={(["days", "dates", "always"] as ValidityKind[]).map((key) => ({
          value: key,
          label: t(`validityKind.${key}`),
        }))}
        onChange={choose}
      />
      {kind === "days" ? (
        <InputNumber
          aria-label={t("validityKind.days")}
          min={1}
          precision={0}
          suffix={t("days")}
          value={value.days}
          onChange={(days) => onChange({ ...value, days: days ?? undefined })}
        />
      ) : null}
      {kind === "days" ? (
        <>
          <InputNumber
            aria-label={t("startDays")}
            min={1}
            precision={0}
            prefix={t("startDays")}
            suffix={t("days")}
            value={value.start_days}
            onChange={(start_days) => onChange({ ...value, start_days: start_days ?? undefined })}
          />
          <Checkbox
            checked={value.end_of_day ?? false}
            onChange={(event) => onChange({ ...value, end_of_day: event.target.checked || undefined })}
          >
            {t("endOfDay")}
          </Checkbox>
        </>
      ) : null}
      {kind === "dates" ? (
        <>
          {edge("from", "startOf")} <span>~</span> {edge("to", "endOf")}
        </>
      ) : null}
    </div>
  );
}
