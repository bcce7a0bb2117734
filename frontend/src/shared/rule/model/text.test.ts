import { expect, it } from "vitest";
import { fromText, toText } from "./text";

it("takes a rule along as text and back", () => {
  const rule = { all: [{ condition: "tag", value: ["新客"] }, { not: { any: [] } }] };
  expect(fromText(toText(rule))).toEqual(rule);
  expect(toText(null)).toBe("");
});

it("says no to what is no rule", () => {
  for (const text of [
    "",
    "[]",
    "1",
    '{"all": 1}',
    '{"all": [], "any": []}',
    '{"all": [{}]}',
    '{"not": 1}',
    "{",
  ]) {
    expect(fromText(text), text).toBeNull();
  }
});
