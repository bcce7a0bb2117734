/** Is a rule filled in far enough to be worth asking the server about? The server alone says whether it is right. */
import type { ConditionCatalogue } from "@/shared/api/types";
import type { Condition, Rule } from "../types";
import { arityOf } from "./operators";
import { childrenOf, coreOf, isCondition } from "./tree";

function filled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0 && value.every(filled);
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function conditionComplete(rule: Condition, catalogue: ConditionCatalogue | undefined): boolean {
  const schema = catalogue?.results.find((info) => info.key === rule.condition)?.schema;
  const required = (schema?.required ?? []).filter((name) => name !== "value");
  if (!required.every((name) => filled(rule[name]))) return false;
  const where = rule.where ?? [];
  const compares = [...(rule.op ? [rule] : []), ...where];
  if (where.some((filter) => !filter.property)) return false;
  return compares.every(({ op, value }) => arityOf(op, catalogue) === "none" || filled(value));
}

export function isComplete(rule: Rule | null, catalogue: ConditionCatalogue | undefined): boolean {
  if (!rule) return false;
  const core = coreOf(rule).rule;
  if (isCondition(core)) return conditionComplete(core, catalogue);
  const children = childrenOf(core);
  return children.length > 0 && children.every((child) => isComplete(child, catalogue));
}
