import { describe, expect, it } from "vitest";
import type { RuleCatalogue } from "./catalogue";
import { choicesOf } from "./choices";
import { isComplete } from "./model/complete";

const units = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];
const span = { properties: Object.fromEntries(units.map((unit) => [unit, { type: "integer", default: 0 }])) };
const came = {
  key: "came_back",
  dimension: "behaviour",
  labels: { zh: "回归", en: "came back" },
  operators: [],
  schema: {
    properties: { event: { type: "string" }, gap: { $ref: "#/$defs/Span" } },
    required: ["event", "gap"],
    $defs: { Span: span },
  },
};
const sign = {
  key: "zodiac",
  dimension: "attribute",
  labels: { zh: "星座", en: "sign" },
  operators: [],
  schema: { properties: { value: { type: "array", items: { type: "string" } } }, required: ["value"] },
};
const catalogue = {
  conditions: { results: [came, sign], operators: {}, measures: {} },
  attributes: [],
  events: [],
  audiences: [],
  ready: true,
  failed: false,
} as unknown as RuleCatalogue;

const start = (key: string) =>
  choicesOf(catalogue, "zh")
    .find((choice) => choice.key === key)!
    .make();

describe("a condition that was just added", () => {
  it("begins with a length of time that makes sense, where one must be there", () => {
    expect(start("came_back")).toEqual({ condition: "came_back", gap: { days: 7 } });
  });

  it("is not asked of the server while a list that must be filled in is empty, or a length of time is nothing", () => {
    const known = catalogue.conditions;
    expect(isComplete(start("zodiac"), known)).toBe(false);
    expect(isComplete({ condition: "zodiac", value: ["leo"] }, known)).toBe(true);
    expect(isComplete({ condition: "came_back", event: "a", gap: { days: 0 } }, known)).toBe(false);
    expect(isComplete({ condition: "came_back", event: "a", gap: { days: 3 } }, known)).toBe(true);
  });
});
