import { describe, expect, it } from "vitest";
import type { Rule } from "../types";
import {
  addTo,
  conditionsIn,
  coreOf,
  getAt,
  ownProblems,
  pointerOf,
  removeAt,
  setAt,
  setJoiner,
  toggleNot,
  wrap,
} from "./tree";

const city: Rule = { condition: "attribute", key: "city", op: "in", value: ["上海"] };
const paid: Rule = { condition: "event", event: "order.paid", measure: "count", op: "gte", value: 2 };
const tag: Rule = { condition: "tag", op: "has_any", value: ["新客"] };

describe("rule tree", () => {
  it("starts from nothing and grows a single condition into a group", () => {
    expect(addTo(null, [], city)).toEqual({ all: [city] });
    expect(addTo(city, [], paid)).toEqual({ all: [city, paid] });
    expect(addTo({ any: [city] }, [], paid)).toEqual({ any: [city, paid] });
  });

  it("sets and adds deep inside without touching the rest", () => {
    const root: Rule = { all: [city, { not: { any: [paid] } }] };
    const grown = addTo(root, ["all", 1, "not"], tag);
    expect(grown).toEqual({ all: [city, { not: { any: [paid, tag] } }] });
    expect((grown as { all: Rule[] }).all[0]).toBe(city);
    expect(setAt(root, ["all", 0], tag)).toEqual({ all: [tag, { not: { any: [paid] } }] });
    expect(root).toEqual({ all: [city, { not: { any: [paid] } }] });
  });

  it("takes away what a removal leaves empty", () => {
    const root: Rule = { all: [city, { not: { any: [paid] } }] };
    expect(removeAt(root, ["all", 1, "not", "any", 0])).toEqual({ all: [city] });
    expect(removeAt({ all: [{ not: city }] }, ["all", 0, "not"])).toBeNull();
    expect(removeAt({ all: [city, paid] }, ["all", 0])).toEqual({ all: [paid] });
    expect(removeAt(city, [])).toBeNull();
  });

  it("turns a rule round and back", () => {
    const root: Rule = { all: [city, paid] };
    const turned = toggleNot(root, ["all", 1]);
    expect(turned).toEqual({ all: [city, { not: paid }] });
    expect(toggleNot(turned, ["all", 1])).toEqual(root);
    expect(coreOf({ not: { not: city } })).toMatchObject({
      negated: false,
      rule: city,
      path: ["not", "not"],
    });
  });

  it("changes how a group joins, and wraps", () => {
    expect(setJoiner({ all: [city, paid] }, [], "any")).toEqual({ any: [city, paid] });
    expect(wrap({ all: [city, paid] }, ["all", 1], "any")).toEqual({ all: [city, { any: [paid] }] });
  });

  it("finds conditions and places by the API's pointers", () => {
    const root: Rule = { all: [city, { not: { any: [paid, tag] } }] };
    expect(conditionsIn(root)).toEqual([city, paid, tag]);
    expect(pointerOf(["all", 1, "not", "any", 0])).toBe("/all/1/not/any/0");
    expect(getAt(root, ["all", 1, "not", "any", 1])).toEqual(tag);
  });

  it("gives a group only the problems that no row shows", () => {
    const problems = [{ pointer: "" }, { pointer: "/all/0/value" }, { pointer: "/all" }];
    expect(ownProblems(problems, [], [["all", 0]])).toEqual([{ pointer: "" }, { pointer: "/all" }]);
  });
});
