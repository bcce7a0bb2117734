/** Attribute compared with a value: 「城市 属于 上海、杭州」. */
import { pick } from "@/shared/i18n/setup";
import { Choose } from "@/shared/form/widgets/pickers";
import { useTranslation } from "react-i18next";
import { adaptValue, arityOf, asValueType, operatorsFor } from "../model/operators";
import { Operator } from "../Operator";
import styles from "../rule.module.css";
import { ValueInput } from "../ValueInput";
import { badAt, type EditorProps } from "./props";

export function AttributeEditor({ rule, onChange, problems, words, catalogue, lang, disabled }: EditorProps) {
  const { t } = useTranslation("rule");
  const definition = catalogue.attributes.find((item) => item.key === rule.key);
  const type = asValueType(definition?.type);
  const operators = operatorsFor(type, catalogue.conditions);
  const arity = arityOf(rule.op, catalogue.conditions);
  const setKey = (key: string) => {
    const other = asValueType(catalogue.attributes.find((item) => item.key === key)?.type);
    const fits = other === type;
    const op = fits ? rule.op : operatorsFor(other, catalogue.conditions)[0];
    onChange({ ...rule, key, op, value: fits ? rule.value : undefined });
  };
  const setOp = (op: string) => {
    const next = arityOf(op, catalogue.conditions);
    onChange({ ...rule, op, value: adaptValue(rule.value, arity, next) });
  };
  return (
    <div className={styles.line}>
      <Choose
        label={t("dimensions.attribute")}
        width={160}
        value={rule.key}
        disabled={disabled}
        bad={badAt(problems, "key")}
        choices={catalogue.attributes.map((item) => ({
          value: item.key,
          label: pick(item.label, lang) || item.key,
        }))}
        onChange={(key) => setKey(String(key))}
      />
      <Operator
        label={words.attribute(rule.key ?? "")}
        value={rule.op}
        operators={operators}
        numeric={type === "number"}
        words={words}
        disabled={disabled}
        onChange={setOp}
      />
      <ValueInput
        type={type}
        arity={arity}
        options={definition?.options}
        value={rule.value}
        onChange={(value) => onChange({ ...rule, value })}
        lang={lang}
        disabled={disabled}
        bad={badAt(problems, "value")}
        label={words.attribute(rule.key ?? "")}
      />
    </div>
  );
}
