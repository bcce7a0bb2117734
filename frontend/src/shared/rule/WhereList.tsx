/** Filters on the properties of one event: 「且 金额 > 100」. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Where } from "@/shared/api/types";
import type { PlacedProblem } from "@/shared/form/schema";
import { useWords } from "./catalogue";
import { adaptValue, arityOf, asValueType, operatorsFor } from "./model/operators";
import { Operator } from "./Operator";
import { useFrequent } from "./frequent";
import { PropertyPick } from "./PropertyPick";
import styles from "./rule.module.css";
import { ValueInput } from "./ValueInput";

interface Props {
  event: string;
  value: Where[];
  onChange: (next: Where[]) => void;
  problems: PlacedProblem[];
  lang: string;
  disabled?: boolean;
}

export function WhereList({ event, value, onChange, problems, lang, disabled }: Props) {
  const { t } = useTranslation("rule");
  const add = () => onChange([...value, { property: "", op: "eq" }]);
  return (
    <div className={styles.wheres}>
      {value.map((filter, index) => (
        <WhereRow
          key={`${index}`}
          event={event}
          filter={filter}
          problems={problems.filter((problem) => problem.pointer.startsWith(`/${index}`))}
          lang={lang}
          disabled={disabled}
          onChange={(next) => onChange(value.map((old, at) => (at === index ? next : old)))}
          onRemove={() => onChange(value.filter((_, at) => at !== index))}
        />
      ))}
      <div>
        <Button
          size="small"
          type="link"
          className={styles.quiet}
          icon={<PlusOutlined aria-hidden />}
          disabled={disabled || !event}
          onClick={add}
        >
          {t("event.addWhere")}
        </Button>
      </div>
    </div>
  );
}

interface RowProps {
  event: string;
  filter: Where;
  problems: PlacedProblem[];
  lang: string;
  disabled?: boolean;
  onChange: (next: Where) => void;
  onRemove: () => void;
}

function WhereRow({ event, filter, problems, lang, disabled, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("rule");
  const { words, catalogue } = useWords(lang);
  const known = catalogue.events.find((type) => type.name === event)?.properties ?? {};
  const type = asValueType(known[filter.property]);
  const arity = arityOf(filter.op, catalogue.conditions);
  const suggested = useFrequent(filter.property in known ? event : "", filter.property, type === "string");
  const setOp = (op: string) => {
    const next = arityOf(op, catalogue.conditions);
    onChange({ ...filter, op, value: adaptValue(filter.value, arity, next) });
  };
  return (
    <div>
      <div className={styles.line}>
        <span className={styles.word}>{t("event.where")}</span>
        <PropertyPick
          names={Object.keys(known)}
          value={filter.property}
          words={words}
          disabled={disabled}
          bad={problems.some((problem) => problem.pointer.endsWith("/property"))}
          onChange={(property) => onChange({ ...filter, property })}
        />
        <Operator
          label={t("event.where")}
          value={filter.op}
          operators={operatorsFor(type, catalogue.conditions)}
          numeric={type === "number"}
          words={words}
          disabled={disabled}
          onChange={setOp}
        />
        <ValueInput
          type={type}
          arity={arity}
          value={filter.value}
          suggested={suggested}
          onChange={(value) => onChange({ ...filter, value })}
          lang={lang}
          disabled={disabled}
          bad={problems.length > 0}
          label={words.property(filter.property)}
        />
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          aria-label={t("builder.remove")}
          disabled={disabled}
          onClick={onRemove}
        />
      </div>
      {problems.map((problem) => (
        <p key={problem.pointer + problem.detail} role="alert" className={styles.problem}>
          {problem.detail}
        </p>
      ))}
    </div>
  );
}
