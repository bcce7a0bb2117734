import { expect, it } from "vitest";
import type { ConditionCatalogue } from "@/shared/api/types";
import { isComplete } from "./complete";

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
