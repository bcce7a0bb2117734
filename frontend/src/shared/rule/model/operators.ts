/** Which operators fit which type and what kind of value they take. The catalogue has the last word. */
import type { ConditionCatalogue, OperatorInfo } from "@/shared/api/types";

export type ValueType = "string" | "number" | "boolean" | "date" | "datetime" | "enum" | "list";
export type Arity = OperatorInfo["value"];

const TEXT = ["eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with"];
const NUMBER = ["eq", "ne", "gt", "gte", "lt", "lte", "between"];
const DATE = ["before", "after", "on", "between", "within_last", "within_next"];
const EXISTS = ["exists", "not_exists"];

const FALLBACK: Record<ValueType, string[]> = {
  string: [...TEXT, "matches", ...EXISTS],
  number: [...NUMBER, "in", "not_in", ...EXISTS],
  boolean: ["eq", ...EXISTS],
  date: [...DATE, ...EXISTS],
  datetime: [...DATE, ...EXISTS],
  enum: ["in", "not_in", "eq", "ne", ...EXISTS],
  list: ["contains", "not_contains", ...EXISTS],
};

const ARITY: Record<string, Arity> = {
  in: "list",
  not_in: "list",
  between: "two",
  within_last: "duration",
  within_next: "duration",
  exists: "none",
  not_exists: "none",
};

export const NUMBER_OPERATORS = NUMBER;
export const DATE_OPERATORS = DATE;

export function operatorsFor(type: ValueType, catalogue: ConditionCatalogue | undefined): string[] {
  const known = Object.entries(catalogue?.operators ?? {});
  const fitting = known.filter(([, info]) => info.types?.includes(type)).map(([op]) => op);
  return fitting.length ? fitting : FALLBACK[type];
}

export function arityOf(op: string | undefined, catalogue: ConditionCatalogue | undefined): Arity {
  if (!op) return "one";
  return catalogue?.operators?.[op]?.value ?? ARITY[op] ?? "one";
}

/** Keeps a value only where the new operator can read it. */
export function adaptValue(value: unknown, from: Arity, to: Arity): unknown {
  if (from === to) return value;
  if (from === "one" && to === "list") return value === undefined || value === "" ? [] : [value];
  if (from === "list" && to === "one") return (value as unknown[] | undefined)?.[0];
  if (to === "two") return [undefined, undefined];
  return undefined;
}

export function asValueType(type: string | undefined): ValueType {
  switch (type) {
    case "number":
    case "integer":
      return "number";
    case "boolean":
    case "date":
    case "datetime":
    case "enum":
    case "list":
      return type;
    case "date-time":
      return "datetime";
    default:
      return "string";
  }
}
