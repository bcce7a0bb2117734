import { describe, expect, it } from "vitest";
import type { Rule } from "../types";
import { canDrop, canUngroup, duplicateAt, groupAt, moveBy, moveInto, moveTo, ungroupAt } from "./moves";

const a: Rule = { condition: "a" };
const b: Rule = { condition: "b" };
const c: Rule = { condition: "c" };

describe("moving parts of a rule", () => {
  it("takes a part before and after its neighbours", () => {
    const root: Rule = { all: [a, b, c] };
    expect(moveTo(root, ["all", 0], { at: ["all", 2], side: "after" })).toEqual({ all: [b, c, a] });
    expect(moveTo(root, ["all", 2], { at: ["all", 0], side: "before" })).toEqual({ all: [c, a, b] });
    expect(moveTo(root, ["all", 0], { at: ["all", 1], side: "before" })).toEqual(root);
    expect(moveBy(root, ["all", 1], 1)).toEqual({ root: { all: [a, c, b] }, path: ["all", 2] });
    expect(moveBy(root, ["all", 0], -1)).toEqual({ root, path: ["all", 0] });
  });

  it("takes a part into a group and out of it; a group left empty goes", () => {
    const root: Rule = { all: [a, { not: { any: [b] } }] };
    expect(moveInto(root, ["all", 0], ["all", 1])).toEqual({ all: [{ not: { any: [b, a] } }] });
    expect(moveTo(root, ["all", 1, "not", "any", 0], { at: ["all", 0], side: "before" })).toEqual({
      all: [b, a],
    });
  });

  it("makes a group of what is dropped onto another", () => {
    expect(moveTo({ all: [a, b, c] }, ["all", 2], { at: ["all", 0], side: "onto" })).toEqual({
      all: [{ any: [a, c] }, b],
    });
  });

  it("never drops a part into itself", () => {
    const root: Rule = { all: [{ any: [a, b] }, c] };
    expect(canDrop(["all", 0], { at: ["all", 0, "any", 1], side: "after" })).toBe(false);
    expect(moveTo(root, ["all", 0], { at: ["all", 0, "any", 1], side: "after" })).toBe(root);
    expect(moveInto(root, ["all", 0], ["all", 0])).toBe(root);
  });

  it("doubles, groups and ungroups", () => {
    expect(duplicateAt({ all: [a, b] }, ["all", 0])).toEqual({ all: [a, a, b] });
    expect(duplicateAt(a, [])).toEqual({ all: [a, a] });
    const grouped = groupAt({ all: [a, b] }, ["all", 1]);
    expect(grouped).toEqual({ all: [a, { any: [b] }] });
    expect(ungroupAt(grouped, ["all", 1])).toEqual({ all: [a, b] });
    expect(ungroupAt({ all: [a, { all: [b, c] }] }, ["all", 1])).toEqual({ all: [a, b, c] });
  });

  it("does not ungroup where the meaning would change", () => {
    const mixed: Rule = { all: [a, { any: [b, c] }] };
    expect(canUngroup(mixed, ["all", 1])).toBe(false);
    expect(ungroupAt(mixed, ["all", 1])).toBe(mixed);
    expect(canUngroup({ all: [a, { not: { all: [b, c] } }] }, ["all", 1])).toBe(false);
  });
});
