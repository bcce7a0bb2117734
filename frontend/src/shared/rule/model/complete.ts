/** How far is a rule filled in? What is not yet is left out of the question. The server alone says whether it is right. */
import type { ConditionCatalogue } from "@/shared/api/types";
import type { Condition, Rule } from "../types";
import { arityOf } from "./operators";
import { childrenOf, coreOf, isCondition, isNot, joinerOf, type Path, pointerOf } from "./tree";

function filled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0 && value.every(filled);
  // A length of time is a number of each unit, and one of them is more than nothing.
  return typeof value !== "object" || Object.values(value).some((member) => member !== 0);
}

function conditionComplete(rule: Condition, catalogue: ConditionCatalogue | undefined): boolean {
  const schema = catalogue?.results.find((info) => info.key === rule.condition)?.schema;
  // A value of no type is whatever its operator takes, which is looked at below.
  const open = !schema?.properties?.value?.type;
  const required = (schema?.required ?? []).filter((name) => name !== "value" || !open);
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

export interface Part {
  rule: Rule;
  /** Pointer within `rule` → pointer within the rule it was taken from. */
  places: Map<string, string>;
}

/** The rule without what is not filled in yet; null: nothing is. */
export function completePart(rule: Rule | null, catalogue: ConditionCatalogue | undefined): Part | null {
  const places = new Map<string, string>();
  const part = rule && kept(rule, catalogue, [], [], places);
  return part ? { rule: part, places } : null;
}

function kept(
  rule: Rule,
  catalogue: ConditionCatalogue | undefined,
  from: Path,
  to: Path,
  places: Map<string, string>,
): Rule | null {
  if (!isComplete(rule, catalogue) && isCondition(rule)) return null;
  places.set(pointerOf(to), pointerOf(from));
  if (isCondition(rule)) return rule;
  if (isNot(rule)) {
    const inner = kept(rule.not, catalogue, [...from, "not"], [...to, "not"], places);
    return inner && { not: inner };
  }
  const joiner = joinerOf(rule);
  if (!joiner) return null;
  const parts: Rule[] = [];
  childrenOf(rule).forEach((child, index) => {
    const part = kept(child, catalogue, [...from, joiner, index], [...to, joiner, parts.length], places);
    if (part) parts.push(part);
  });
  return parts.length ? ({ [joiner]: parts } as unknown as Rule) : null;
}

/** A pointer into the part, as a pointer into the rule it was taken from. */
export function placeInWhole(part: Part, pointer: string): string {
  const known = [...part.places.keys()].filter(
    (place) => pointer === place || pointer.startsWith(`${place}/`),
  );
  const nearest = known.reduce((best, place) => (place.length > best.length ? place : best), "");
  return (part.places.get(nearest) ?? "") + pointer.slice(nearest.length);
}
