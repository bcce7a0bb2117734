import { expect, it } from "vitest";
import type { ConditionCatalogue } from "@/shared/api/types";
import { completePart, isComplete, placeInWhole } from "./complete";

const catalogue: ConditionCatalogue = {
  results: [
    {
      key: "audience",
      dimension: "group",
      labels: "",
      schema: { required: ["condition", "id"] },
      operators: [],
    },
  ],
  operators: { exists: { labels: "", types: ["string"], value: "none" } },
  measures: {},
};

it("waits until every part of a rule is filled in", () => {
  const city = { condition: "attribute", key: "city", op: "eq" };
  expect(isComplete(null, catalogue)).toBe(false);
  expect(isComplete({ all: [] }, catalogue)).toBe(false);
  expect(isComplete(city, catalogue)).toBe(false);
  expect(isComplete({ ...city, value: "上海" }, catalogue)).toBe(true);
  expect(isComplete({ ...city, op: "exists" }, catalogue)).toBe(true);
  expect(isComplete({ all: [{ not: { condition: "audience", id: "" } }] }, catalogue)).toBe(false);
  expect(isComplete({ all: [{ not: { condition: "audience", id: "7" } }] }, catalogue)).toBe(true);
  const paid = { condition: "event", event: "order.paid", measure: "count", op: "gte", value: 2 };
  expect(isComplete({ any: [paid, city] }, catalogue)).toBe(false);
  expect(isComplete({ ...paid, where: [{ property: "amount", op: "gt" }] }, catalogue)).toBe(false);
  expect(isComplete({ ...paid, where: [{ property: "amount", op: "gt", value: 0 }] }, catalogue)).toBe(true);
});

it("leaves out what is not filled in, and knows where the rest stood", () => {
  const city = { condition: "attribute", key: "city", op: "eq", value: "上海" };
  const open = { condition: "attribute", key: "city", op: "eq" };
  const rule = { all: [open, { not: { any: [open, city] } }, { any: [open] }, { any: [] }] };
  const part = completePart(rule, catalogue);
  expect(part?.rule).toEqual({ all: [{ not: { any: [city] } }] });
  if (!part) throw new Error("nothing left");
  expect(placeInWhole(part, "/all/0/not/any/0/value")).toBe("/all/1/not/any/1/value");
  expect(placeInWhole(part, "/all/0")).toBe("/all/1");
  expect(placeInWhole(part, "")).toBe("");
  expect(completePart({ all: [open] }, catalogue)).toBeNull();
  expect(completePart(null, catalogue)).toBeNull();
});
