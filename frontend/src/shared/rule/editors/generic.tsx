/** Any other condition of the catalogue, from the JSON Schema of its parameters, laid out in a line. */
import { useId } from "react";
import type { ConditionCatalogue, ConditionInfo } from "@/shared/api/types";
import { type Field, fieldsOf, isVisible, setField, type Values } from "@/shared/form/fields";
import { below } from "@/shared/form/SchemaForm";
import { pick } from "@/shared/i18n/setup";
import { adaptValue, arityOf, type ValueType } from "../model/operators";
import { Operator } from "../Operator";
import styles from "../rule.module.css";
import type { Condition } from "../types";
import { ValueInput } from "../ValueInput";
import { badAt, type EditorProps } from "./props";
import { ParameterInput } from "./widgets";

const ASKED: Record<string, ValueType> = { text: "string", number: "number", duration: "datetime" };

/** What the value asks for; else what every operator of the condition can compare: times before numbers, both before text. */
function comparedType(
  info: ConditionInfo | undefined,
  widget: string,
  catalogue: ConditionCatalogue | undefined,
): ValueType {
  const asked = ASKED[widget];
  if (asked) return asked;
  const known = (info?.operators ?? []).map((op) => catalogue?.operators[op]?.types ?? []);
  const has = (type: string) => known.some((types) => types.includes(type));
  const only = (type: string) => known.length > 0 && known.every((types) => types.includes(type));
  if (only("number") || (has("number") && !has("datetime"))) return "number";
  return has("datetime") ? "datetime" : "string";
}

/** A value that the schema leaves open ("compared by the operator") gets the input of what is compared. */
function isOpen(field: Field, operators: string[]): boolean {
  const { type, anyOf, oneOf, enum: options } = field.schema;
  return field.name === "value" && operators.length > 0 && !type && !anyOf && !oneOf && !options;
}

/** Words for the operators that the condition itself gives: "has one", "has none". */
function ownWords(field: Field, lang: string) {
  const options = (field.ui.options ?? {}) as Record<string, { zh: string; en: string }>;
  return (op: string) => (lang.startsWith("en") ? options[op]?.en : options[op]?.zh);
}

export function GenericEditor(props: EditorProps) {
  const { rule, onChange, problems, words, catalogue, lang, disabled } = props;
  const base = useId();
  const info = catalogue.conditions?.results.find((item) => item.key === rule.condition);
  const schema = info?.schema ?? {};
  const fields = fieldsOf(schema, lang).filter(
    (field) => field.name !== "condition" && isVisible(field, rule),
  );
  const asked = fields.find((field) => field.name === "op")?.schema.enum as string[] | undefined;
  const operators = asked ?? info?.operators ?? [];
  const widget = fields.find((field) => field.name === "value")?.widget ?? "";
  const type = comparedType(info, widget, catalogue.conditions);
  const op = rule.op ?? (fields.find((field) => field.name === "op")?.schema.default as string | undefined);
  const arity = arityOf(op, catalogue.conditions);
  const setOp = (next: string) => {
    const value = adaptValue(rule.value, arity, arityOf(next, catalogue.conditions));
    const { value: _old, ...rest } = rule;
    onChange((value === undefined ? { ...rest, op: next } : { ...rest, op: next, value }) as Condition);
  };
  const control = (field: Field) => {
    if (field.name === "op" && operators.length > 0) {
      const own = ownWords(field, lang);
      return (
        <Operator
          label={words.condition(rule.condition)}
          value={op}
          operators={operators}
          numeric={type === "number"}
          words={{ ...words, operator: (key, numeric) => own(key) ?? words.operator(key, numeric) }}
          disabled={disabled}
          onChange={setOp}
        />
      );
    }
    if (isOpen(field, operators)) {
      return (
        <ValueInput
          type={type}
          arity={arity}
          value={rule.value ?? field.schema.default ?? undefined}
          onChange={(value) => onChange({ ...rule, value })}
          lang={lang}
          disabled={disabled}
          bad={badAt(problems, "value")}
          label={field.label}
          unit={field.unit}
        />
      );
    }
    return (
      <div className={styles.cell}>
        <ParameterInput
          id={`${base}-${field.name}`}
          field={field}
          value={rule[field.name] ?? field.schema.default}
          siblings={rule}
          root={schema}
          problems={below(problems, field.name)}
          lang={lang}
          disabled={disabled}
          onChange={(next) => onChange(setField(rule as Values, field, next) as Condition)}
        />
      </div>
    );
  };
  return (
    <div className={styles.line}>
      <span className={styles.subject} title={pick(info?.help, lang) || undefined}>
        {words.condition(rule.condition)}
      </span>
      {fields
        .filter((field) => !(operators.length > 0 && arity === "none" && field.name === "value"))
        .map((field) => (
          <span key={field.name} className={styles.part} title={field.help || undefined}>
            {field.name === "op" || field.name === "value" ? null : (
              <label className={styles.word} htmlFor={`${base}-${field.name}`}>
                {field.label}
              </label>
            )}
            {control(field)}
          </span>
        ))}
    </div>
  );
}
