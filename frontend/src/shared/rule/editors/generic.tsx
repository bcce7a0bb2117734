/** Any other condition of the catalogue, from the JSON Schema of its parameters, laid out in a line. */
import { useId } from "react";
import { type Field, fieldsOf, isVisible, setField, type Values } from "@/shared/form/fields";
import { below } from "@/shared/form/SchemaForm";
import { WidgetFor } from "@/shared/form/widgets/registry";
import { arityOf } from "../model/operators";
import { Operator } from "../Operator";
import styles from "../rule.module.css";
import type { Condition } from "../types";
import type { EditorProps } from "./props";

export function GenericEditor(props: EditorProps) {
  const { rule, onChange, problems, words, catalogue, lang, disabled } = props;
  const base = useId();
  const info = catalogue.conditions?.results.find((item) => item.key === rule.condition);
  const schema = info?.schema ?? {};
  const operators = info?.operators ?? [];
  const fields = fieldsOf(schema, lang).filter(
    (field) => field.name !== "condition" && isVisible(field, rule),
  );
  const valueless = operators.length > 0 && arityOf(rule.op, catalogue.conditions) === "none";
  const set = (field: Field, next: unknown) => onChange(setField(rule as Values, field, next) as Condition);
  const control = (field: Field) => {
    if (field.name === "op" && operators.length > 0) {
      return (
        <Operator
          label={words.condition(rule.condition)}
          value={rule.op}
          operators={operators}
          numeric={typeof rule.value === "number"}
          words={words}
          disabled={disabled}
          onChange={(op) => onChange({ ...rule, op })}
        />
      );
    }
    return (
      <div className={styles.cell}>
        <WidgetFor
          id={`${base}-${field.name}`}
          field={field}
          value={rule[field.name] ?? field.schema.default}
          siblings={rule}
          root={schema}
          problems={below(problems, field.name)}
          lang={lang}
          disabled={disabled}
          onChange={(next) => set(field, next)}
        />
      </div>
    );
  };
  return (
    <div className={styles.line}>
      <span className={styles.subject}>{words.condition(rule.condition)}</span>
      {fields
        .filter((field) => !(valueless && field.name === "value"))
        .map((field) => (
          <span key={field.name} className={styles.part}>
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
