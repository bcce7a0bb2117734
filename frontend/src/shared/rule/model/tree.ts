/**
 * The rule tree: pure functions that look at it and give back a changed copy.
 * A path is the list of keys from the root, the same as the API's JSON pointer.
 */
import type { Condition, Rule } from "../types";

export type Path = (string | number)[];
export type Joiner = "all" | "any";

export function joinerOf(rule: Rule | null | undefined): Joiner | null {
  if (!rule || typeof rule !== "object") return null;
  if (Array.isArray((rule as { all?: unknown }).all)) return "all";
  if (Array.isArray((rule as { any?: unknown }).any)) return "any";
  return null;
}

export function isNot(rule: Rule): rule is { not: Rule } {
  return "not" in rule && typeof (rule as { not: unknown }).not === "object";
}

export function isCondition(rule: Rule): rule is Condition {
  return typeof (rule as Condition).condition === "string";
}

export function childrenOf(rule: Rule): Rule[] {
  const joiner = joinerOf(rule);
  return joiner ? (rule as Record<Joiner, Rule[]>)[joiner] : [];
}

export interface Core {
  rule: Rule;
  path: Path;
  negated: boolean;
}

/** Looks through "not": what is below, where it is, and whether it is turned round. */
export function coreOf(rule: Rule, path: Path = []): Core {
  let negated = false;
  let now = rule;
  let at = path;
  while (isNot(now)) {
    negated = !negated;
    now = now.not;
    at = [...at, "not"];
  }
  return { rule: now, path: at, negated };
}

export function getAt(root: Rule, path: Path): Rule | undefined {
  let now: unknown = root;
  for (const key of path) now = (now as Record<string | number, unknown> | undefined)?.[key];
  return now as Rule | undefined;
}

function put(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  const inner = put((value as Record<string | number, unknown>)[key], rest, next);
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? inner : item));
  return { ...(value as object), [key]: inner };
}

export function setAt(root: Rule, path: Path, next: Rule): Rule {
  return put(root, path, next) as Rule;
}

/** Takes a rule out; a "not" or a group that is left with nothing goes too. null: nothing is left at all. */
export function removeAt(root: Rule, path: Path): Rule | null {
  if (path.length === 0) return null;
  const parent = path.slice(0, -1);
  const key = path[path.length - 1];
  if (key === "not") return removeAt(root, parent);
  const list = getAt(root, parent) as unknown as Rule[];
  const kept = list.filter((_, index) => index !== key);
  const group = parent.slice(0, -1);
  if (kept.length === 0) return removeAt(root, group);
  return put(root, parent, kept) as Rule;
}

/** Adds a rule to the group at `path`; a single condition there becomes a group of two. */
export function addTo(root: Rule | null, path: Path, added: Rule): Rule {
  if (!root) return { all: [added] };
  const target = getAt(root, path);
  if (!target) return root;
  const joiner = joinerOf(target);
  const grown = joiner ? { [joiner]: [...childrenOf(target), added] } : { all: [target, added] };
  return setAt(root, path, grown as Rule);
}

export function setJoiner(root: Rule, path: Path, joiner: Joiner): Rule {
  const group = getAt(root, path);
  if (!group || joinerOf(group) === joiner) return root;
  return setAt(root, path, { [joiner]: childrenOf(group) } as unknown as Rule);
}

/** Turns the rule at `path` (outside its "not", if it has one) round. */
export function toggleNot(root: Rule, path: Path): Rule {
  const rule = getAt(root, path);
  if (!rule) return root;
  return setAt(root, path, isNot(rule) ? rule.not : { not: rule });
}

/** Puts the rule at `path` into a group of its own. */
export function wrap(root: Rule, path: Path, joiner: Joiner): Rule {
  const rule = getAt(root, path);
  return rule ? setAt(root, path, { [joiner]: [rule] } as unknown as Rule) : root;
}

export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

export function conditionsIn(rule: Rule | null | undefined): Condition[] {
  if (!rule) return [];
  const { rule: core } = coreOf(rule);
  if (isCondition(core)) return [core];
  return childrenOf(core).flatMap(conditionsIn);
}

/** Problems of a place itself: those at it or below it that no child row shows. */
export function ownProblems<P extends { pointer: string }>(problems: P[], path: Path, children: Path[]): P[] {
  const at = pointerOf(path);
  const inside = (pointer: string, place: string) => pointer === place || pointer.startsWith(`${place}/`);
  return problems.filter(
    ({ pointer }) =>
      (at === "" || inside(pointer, at)) && !children.some((child) => inside(pointer, pointerOf(child))),
  );
}
