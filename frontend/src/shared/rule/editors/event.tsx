/** What customers did: 「最近 90 天 · 已支付订单 · 次数 ≥ 2 · 且 金额 > 100」. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Choose, eventChoices } from "@/shared/form/widgets/pickers";
import { adaptValue, arityOf, asValueType, DATE_OPERATORS, NUMBER_OPERATORS } from "../model/operators";
import { Operator } from "../Operator";
import { PropertyPick } from "../PropertyPick";
import styles from "../rule.module.css";
import type { Condition } from "../types";
import { ValueInput } from "../ValueInput";
import { WhereList } from "../WhereList";
import { badAt, type EditorProps } from "./props";
import { WindowInput } from "./window";

const MEASURES = ["count", "sum", "avg", "min", "max", "distinct", "days", "first", "last"];
const OF_PROPERTY = new Set(["sum", "avg", "min", "max", "distinct"]);
const OF_TIME = new Set(["first", "last"]);

function withMeasure(rule: Condition, measure: string): Condition {
  const { property, ...rest } = rule;
  const wasTime = OF_TIME.has(rule.measure ?? "count");
  const isTime = OF_TIME.has(measure);
  const op = wasTime === isTime ? rule.op : isTime ? "within_last" : "gte";
  const value = wasTime === isTime ? rule.value : isTime ? { days: 30 } : 1;
  return { ...rest, measure, op, value, ...(OF_PROPERTY.has(measure) ? { property: property ?? "" } : {}) };
}

export function EventEditor(props: EditorProps) {
  const { rule, onChange, problems, words, catalogue, lang, disabled } = props;
  const { t } = useTranslation("rule");
  const measure = rule.measure ?? "count";
  const time = OF_TIME.has(measure);
  const properties = catalogue.events.find((type) => type.name === rule.event)?.properties ?? {};
  const arity = arityOf(rule.op, catalogue.conditions);
  const setOp = (op: string) =>
    onChange({ ...rule, op, value: adaptValue(rule.value, arity, arityOf(op, catalogue.conditions)) });
  const { window: _window, ...timeless } = rule;
  return (
    <>
      <div className={styles.line}>
        <WindowInput
          value={rule.window}
          onChange={(window) => onChange(window ? { ...rule, window } : (timeless as Condition))}
          lang={lang}
          disabled={disabled}
        />
        <Choose
          label={t("event.pick")}
          placeholder={t("event.pick")}
          width={136}
          value={rule.event}
          disabled={disabled}
          bad={badAt(problems, "event")}
          choices={eventChoices(catalogue.events, lang)}
          onChange={(event) => onChange({ ...rule, event: String(event) })}
        />
        <Select
          aria-label={t("event.measure")}
          popupMatchSelectWidth={false}
          value={measure}
          disabled={disabled}
          options={MEASURES.map((key) => ({ value: key, label: words.measure(key) }))}
          onChange={(next) => onChange(withMeasure(rule, next))}
        />
        {OF_PROPERTY.has(measure) ? (
          <PropertyPick
            names={Object.keys(properties)}
            value={rule.property}
            words={words}
            bad={badAt(problems, "property")}
            disabled={disabled}
            onChange={(property) => onChange({ ...rule, property })}
          />
        ) : null}
        <Operator
          label={words.measure(measure)}
          value={rule.op}
          operators={time ? DATE_OPERATORS : NUMBER_OPERATORS}
          numeric={!time}
          words={words}
          disabled={disabled}
          onChange={setOp}
        />
        <ValueInput
          type={time ? "datetime" : asValueType("number")}
          arity={arity}
          value={rule.value}
          onChange={(value) => onChange({ ...rule, value })}
          lang={lang}
          disabled={disabled}
          bad={badAt(problems, "value")}
          label={words.measure(measure)}
        />
      </div>
      <WhereList
        event={rule.event ?? ""}
        value={rule.where ?? []}
        onChange={(where) => onChange({ ...rule, where: where.length ? where : undefined })}
        problems={problems
          .filter((problem) => problem.pointer.startsWith("/where"))
          .map((problem) => ({ ...problem, pointer: problem.pointer.slice("/where".length) }))}
        lang={lang}
        disabled={disabled}
      />
    </>
  );
}
