/** Changing the shape of a rule: taking a part elsewhere, doubling it, putting it into a group or out of one. Pure. */
import type { Rule } from "../types";
import { childrenOf, coreOf, getAt, isNot, type Joiner, joinerOf, type Path, removeAt, setAt } from "./tree";

/** Where a part is dropped: beside another (into its list), or onto it (both become a group). */
export type Spot = { at: Path; side: "before" | "after" | "onto" };

const same = (a: Path, b: Path) => a.length === b.length && a.every((key, index) => key === b[index]);
const inside = (path: Path, outer: Path) => same(path.slice(0, outer.length), outer);
const other = (joiner: Joiner | null): Joiner => (joiner === "all" ? "any" : "all");

/** The list that a path is a member of, and its place there; null for what stands alone. */
function placeOf(path: Path): { list: Path; index: number } | null {
  const index = path[path.length - 1];
  return typeof index === "number" ? { list: path.slice(0, -1), index } : null;
}

/** The joiner of the group around a path. */
export function joinerAround(path: Path): Joiner | null {
  const names = path.filter((key) => key === "all" || key === "any");
  return (names[names.length - 1] as Joiner | undefined) ?? null;
}

function inserted(root: Rule, list: Path, index: number, rule: Rule): Rule {
  const now = getAt(root, list) as unknown as Rule[];
  return setAt(root, list, [...now.slice(0, index), rule, ...now.slice(index)] as unknown as Rule);
}

/** A path after something was put into `list` at `index`. */
function shifted(path: Path, list: Path, index: number): Path {
  const at = path[list.length];
  if (!inside(path, list) || typeof at !== "number" || at < index) return path;
  return [...path.slice(0, list.length), at + 1, ...path.slice(list.length + 1)];
}

export function duplicateAt(root: Rule, path: Path): Rule {
  const rule = getAt(root, path);
  const place = placeOf(path);
  if (!rule) return root;
  return place ? inserted(root, place.list, place.index + 1, rule) : setAt(root, path, { all: [rule, rule] });
}

/** Puts the part into a group of its own, which joins the other way than the one around it. */
export function groupAt(root: Rule, path: Path): Rule {
  const rule = getAt(root, path);
  return rule ? setAt(root, path, { [other(joinerAround(path))]: [rule] } as unknown as Rule) : root;
}

/** Takes a group away and leaves its members in the list around it; one that is turned round cannot be. */
export function ungroupAt(root: Rule, path: Path): Rule {
  const rule = getAt(root, path);
  const place = placeOf(path);
  if (!rule || !place || !canUngroup(root, path)) return root;
  const around = getAt(root, place.list) as unknown as Rule[];
  const next = [...around.slice(0, place.index), ...childrenOf(rule), ...around.slice(place.index + 1)];
  return setAt(root, place.list, next as unknown as Rule);
}

/** Only where it says the same afterwards: not turned round, and alone or joined like the group around it. */
export function canUngroup(root: Rule, path: Path): boolean {
  const rule = getAt(root, path);
  if (!rule || isNot(rule) || !placeOf(path)) return false;
  const joiner = joinerOf(rule);
  return joiner !== null && (childrenOf(rule).length === 1 || joiner === joinerAround(path));
}

export function canDrop(from: Path, spot: Spot): boolean {
  if (inside(spot.at, from)) return false;
  return spot.side === "onto" || placeOf(spot.at) !== null;
}

export function moveTo(root: Rule, from: Path, spot: Spot): Rule {
  const rule = getAt(root, from);
  const target = getAt(root, spot.at);
  if (!rule || !target || !canDrop(from, spot)) return root;
  if (spot.side === "onto") {
    const group = { [other(joinerAround(spot.at))]: [target, rule] } as unknown as Rule;
    return removeAt(setAt(root, spot.at, group), from) ?? root;
  }
  const place = placeOf(spot.at);
  if (!place) return root;
  const index = place.index + (spot.side === "after" ? 1 : 0);
  const grown = inserted(root, place.list, index, rule);
  return removeAt(grown, shifted(from, place.list, index)) ?? root;
}

/** Into the group at `path`, as its last member. */
export function moveInto(root: Rule, from: Path, path: Path): Rule {
  const rule = getAt(root, from);
  const group = getAt(root, path);
  if (!rule || !group || inside(path, from)) return root;
  const core = coreOf(group, path);
  const joiner = joinerOf(core.rule);
  if (!joiner) return root;
  const list = [...core.path, joiner];
  return removeAt(inserted(root, list, childrenOf(core.rule).length, rule), from) ?? root;
}

/** One place up or down in its list. */
export function moveBy(root: Rule, path: Path, by: 1 | -1): { root: Rule; path: Path } {
  const place = placeOf(path);
  const list = place ? (getAt(root, place.list) as unknown as Rule[]) : [];
  if (!place || !list[place.index + by]) return { root, path };
  const at = [...place.list, place.index + by];
  return { root: moveTo(root, path, { at, side: by === 1 ? "after" : "before" }), path: at };
}
