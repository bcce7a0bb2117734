/** Points of one score: how much each event counts, and after how many days it counts half. */
import { InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { useCatalogue } from "@/shared/api/queries";
import type { EventType, Page } from "@/shared/api/types";
import { Choose, eventChoices } from "@/shared/form/widgets/pickers";
import { pick } from "@/shared/i18n/setup";
import type { Weights } from "./Figures";
import styles from "./settings.module.css";

interface Props {
  name: string;
  value: Weights;
  onChange: (next: Weights) => void;
}

export function ScoreWeights({ name, value, onChange }: Props) {
  const { t, i18n } = useTranslation("settings");
  const types = useCatalogue<Page<EventType>>("event-types").data?.results;
  const label = (event: string) =>
    pick(types?.find((type) => type.name === event)?.label, i18n.language) || event;
  const weigh = (event: string, points: number) =>
    onChange({ ...value, weights: { ...value.weights, [event]: points } });
  return (
    <fieldset className={styles.score}>
      <legend>{t(`figures.scores.${name}`)}</legend>
      <p className={styles.note}>{t(`figures.scoreHelp.${name}`)}</p>
      <label className={styles.weight}>
        <span>{t("figures.halfLife")}</span>
        <InputNumber
          min={1}
          max={365}
          precision={0}
          suffix={t("figures.days")}
          value={value.half_life_days}
          onChange={(next) => next && onChange({ ...value, half_life_days: next })}
        />
      </label>
      {Object.entries(value.weights).map(([event, points]) => (
        <label key={event} className={styles.weight}>
          <span title={event}>{label(event)}</span>
          <InputNumber
            min={0}
            max={1000}
            suffix={t("figures.points")}
            value={points}
            onChange={(next) => weigh(event, next ?? 0)}
          />
        </label>
      ))}
      <Choose
        label={t("figures.add")}
        placeholder={t("figures.add")}
        value={undefined}
        choices={eventChoices(types, i18n.language).filter((choice) => !(choice.value in value.weights))}
        onChange={(event) => weigh(String(event), 1)}
      />
    </fieldset>
  );
}
