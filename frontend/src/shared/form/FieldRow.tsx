/** Label, control, help and problems of one field, wired for screen readers. */
import type { ReactNode } from "react";
import type { Field } from "./fields";
import type { PlacedProblem } from "./schema";
import styles from "./form.module.css";

/** These show the problems of what is inside them themselves. */
const NESTED = new Set(["rule", "branches", "shares", "list", "object", "event-where", "variants"]);

interface Props {
  id: string;
  field: Pick<Field, "label" | "help" | "required" | "widget">;
  problems?: PlacedProblem[];
  children: ReactNode;
}

export function FieldRow({ id, field, problems = [], children }: Props) {
  const own = NESTED.has(field.widget) ? problems.filter((problem) => problem.pointer === "") : problems;
  return (
    <div className={styles.row} data-field={id}>
      <label className={styles.label} htmlFor={id}>
        {field.label}
        {field.required ? (
          <span className={styles.required} aria-hidden="true">
            *
          </span>
        ) : null}
      </label>
      {children}
      {field.help ? <p className={styles.help}>{field.help}</p> : null}
      {own.map((problem) => (
        <p key={problem.pointer + problem.detail} role="alert" className={severity(problem)}>
          {problem.detail}
        </p>
      ))}
    </div>
  );
}

function severity(problem: PlacedProblem): string {
  return (problem.severity === "warning" ? styles.warning : styles.problem) ?? "";
}
