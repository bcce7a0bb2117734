/**
 * A form from JSON Schema with x-ui hints: controlled, one row per field, problems at their place.
 * It checks nothing but what the control itself cannot express; the server's answer is the authority.
 */
import { useId } from "react";
import { type Field, fieldsOf, isVisible, setField, type Values } from "./fields";
import { FieldRow } from "./FieldRow";
import type { JsonSchema, PlacedProblem } from "./schema";
import styles from "./form.module.css";
import { WidgetFor } from "./widgets/registry";

export interface SchemaFormProps {
  schema: JsonSchema;
  value: Values;
  onChange: (next: Values) => void;
  /** Pointers are relative to `value`: "/audience", "/variants/0/share". */
  problems?: PlacedProblem[];
  lang: string;
  disabled?: boolean;
  /** The document that $ref points into, when `schema` is only a part of it. */
  root?: JsonSchema;
}

export function below(problems: PlacedProblem[], name: string): PlacedProblem[] {
  const place = `/${name}`;
  return problems
    .filter((problem) => problem.pointer === place || problem.pointer.startsWith(`${place}/`))
    .map((problem) => ({ ...problem, pointer: problem.pointer.slice(place.length) }));
}

function groups(fields: Field[]): [string, Field[]][] {
  const found = new Map<string, Field[]>();
  for (const field of fields) found.set(field.group, [...(found.get(field.group) ?? []), field]);
  return [...found];
}

export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange, problems = [], lang, disabled } = props;
  const root = props.root ?? schema;
  const base = useId();
  const fields = fieldsOf(schema, lang, root).filter((field) => isVisible(field, value));
  const row = (field: Field) => {
    const at = below(problems, field.name);
    const id = `${base}-${field.name}`;
    return (
      <FieldRow key={field.name} id={id} field={field} problems={at}>
        <WidgetFor
          id={id}
          field={field}
          value={value[field.name] ?? field.schema.default}
          siblings={value}
          root={root}
          problems={at}
          lang={lang}
          disabled={disabled}
          onChange={(next) => onChange(setField(value, field, next))}
        />
      </FieldRow>
    );
  };
  return (
    <div className={styles.form}>
      {groups(fields).map(([title, members]) => (
        <div
          key={title}
          className={styles.group}
          role={title ? "group" : undefined}
          aria-label={title || undefined}
        >
          {title ? <h3 className={styles.groupTitle}>{title}</h3> : null}
          {members.map(row)}
        </div>
      ))}
    </div>
  );
}
