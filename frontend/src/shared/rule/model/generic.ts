/** Any condition of the catalogue as a sentence: its name, and each parameter that is filled in with its label. */
import type { ConditionInfo } from "@/shared/api/types";
import { type Field, fieldsOf, isVisible } from "@/shared/form/fields";
import type { Condition, Window } from "../types";
import type { Words } from "./sentence";

export interface Say {
  value: (value: unknown, op: string | undefined) => string;
  compare: (subject: string, op: string | undefined, value: unknown) => string;
  window: (window: Window) => string;
}

/** A span of time in which something counts: {last} or {from, to}. */
export function isWindow(schema: { properties?: Record<string, unknown> }): boolean {
  const names = Object.keys(schema.properties ?? {});
  return ["last", "from", "to"].every((name) => names.includes(name));
}

/** A length of time: {days: 3}. */
export function isDuration(schema: { properties?: Record<string, unknown> }): boolean {
  const names = Object.keys(schema.properties ?? {});
  return names.includes("days") && names.includes("hours");
}

function named(field: Field, value: unknown, words: Words): unknown {
  if (Array.isArray(value)) return value.map((item) => named(field, item, words));
  const option = field.options.find((known) => known.value === value) ?? null;
  if (option) return option.label;
  if (typeof value !== "string") return value;
  const asked = field.ui.options?.[value];
  if (asked) return words.lang.startsWith("en") ? (asked as { en: string }).en : (asked as { zh: string }).zh;
  if (field.widget === "event-picker") return words.event(value);
  if (field.widget === "attribute-picker") return words.attribute(value);
  if (field.widget === "audience-picker") return words.audience(value);
  return value;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length);
}

/** "30 天": units stand behind numbers only; of two numbers behind both. */
function withUnit(text: string, value: unknown, field: Field | undefined): string {
  const numeric = [value].flat().every((item) => typeof item === "number");
  return field?.unit && numeric ? `${text} ${field.unit}` : text;
}

export function genericText(rule: Condition, info: ConditionInfo, words: Words, say: Say): string {
  const fields = fieldsOf(info.schema ?? {}, words.lang).filter(
    (field) => isVisible(field, rule) && isSet(rule[field.name]),
  );
  const value = fields.find((field) => field.name === "value");
  const parts = fields
    .filter((field) => !["op", "value", "where"].includes(field.name))
    .map((field) => {
      const set = rule[field.name];
      if (isWindow(field.schema)) return say.window(set as Window);
      const text = say.value(named(field, set, words), undefined);
      return `${field.label} ${withUnit(text, set, field)}`;
    });
  const subject = words.condition(rule.condition);
  const shown = value ? named(value, rule.value, words) : rule.value;
  const compared = say.compare(subject, rule.op, shown);
  const head = rule.op === undefined && shown === undefined ? subject : withUnit(compared, rule.value, value);
  return [head, ...parts].join(" · ");
}
