import { describe, expect, it } from "vitest";
import { blank, fieldsOf, isVisible, matchAlternative, setField } from "./fields";
import type { JsonSchema } from "./schema";
import { evenShares } from "./widgets/shares";
import { nextKey } from "./lists";

const schema: JsonSchema = {
  type: "object",
  required: ["audience", "mode"],
  $defs: {
    Mode: { type: "string", enum: ["all", "some"], "x-ui": { options: { all: { zh: "全部", en: "All" } } } },
  },
  properties: {
    limit: {
      anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }],
      "x-ui": { order: 3, unit: { zh: "人" } },
    },
    audience: {
      type: "string",
      "x-ui": { widget: "audience-picker", order: 1, labels: { zh: "人群", en: "Audience" } },
    },
    mode: { $ref: "#/$defs/Mode", default: "all", "x-ui": { order: 2 } },
    text: { type: "string", "x-liquid": true, "x-ui": { visibleWhen: { field: "mode", equals: "some" } } },
    token: { type: "string", writeOnly: true },
    kind: { const: "x" },
    until: {
      anyOf: [
        { type: "string", format: "time" },
        { type: "object", properties: { attribute: { type: "string" } } },
      ],
    },
  },
};

describe("schema → fields", () => {
  const fields = fieldsOf(schema, "zh-CN");
  const byName = Object.fromEntries(fields.map((field) => [field.name, field]));

  it("orders, labels and picks widgets", () => {
    expect(fields.map((field) => field.name)).toEqual([
      "audience",
      "mode",
      "limit",
      "text",
      "token",
      "until",
    ]);
    expect(fields.map((field) => field.widget)).toEqual([
      "audience-picker",
      "select",
      "number",
      "liquid",
      "secret",
      "variants",
    ]);
    expect(byName.audience?.label).toBe("人群");
    expect(fieldsOf(schema, "en")[0]?.label).toBe("Audience");
    expect(byName.limit?.unit).toBe("人");
    expect(byName.limit?.schema.minimum).toBe(1);
  });

  it("follows references and keeps options and what is required", () => {
    expect(byName.mode?.options).toEqual([
      { value: "all", label: "全部" },
      { value: "some", label: "some" },
    ]);
    expect(byName.mode?.required).toBe(true);
    expect(byName.limit?.required).toBe(false);
  });

  it("shows a field only when its condition holds", () => {
    const text = byName.text;
    expect(text && isVisible(text, { mode: "some" })).toBe(true);
    expect(text && isVisible(text, { mode: "all" })).toBe(false);
  });

  it("sets and clears values", () => {
    const limit = byName.limit;
    if (!limit) throw new Error("no field");
    expect(setField({ audience: "1" }, limit, 5)).toEqual({ audience: "1", limit: 5 });
    expect(setField({ limit: 5 }, limit, undefined)).toEqual({});
  });

  it("lets a wait be either for a while or until a time", () => {
    const [length, until] = fieldsOf(
      {
        type: "object",
        properties: {
          for: { type: "object", "x-ui": { widget: "duration", order: 1 } },
          until: { "x-ui": { widget: "wait-until", order: 2 } },
        },
      },
      "zh-CN",
    );
    if (!length || !until) throw new Error("no fields");
    expect(setField({ for: { days: 1 } }, until, "14:00")).toEqual({ until: "14:00" });
    expect(setField({ until: "14:00" }, length, { days: 1 })).toEqual({ for: { days: 1 } });
    expect(setField({ for: { days: 1 } }, until, undefined)).toEqual({ for: { days: 1 } });
  });

  it("makes blanks and recognises alternatives", () => {
    expect(blank(schema)).toEqual({ mode: "all", kind: "x" });
    const options = byName.until?.schema.anyOf ?? [];
    expect(matchAlternative("14:00", options, schema)).toBe(0);
    expect(matchAlternative({ attribute: "birthday" }, options, schema)).toBe(1);
  });
});

describe("shares and keys", () => {
  it("always adds up to 100", () => {
    expect(evenShares(3)).toEqual([34, 33, 33]);
    expect(evenShares(7).reduce((sum, part) => sum + part, 0)).toBe(100);
  });

  it("never gives a key twice", () => {
    expect(nextKey(["a", "b"])).toBe("c");
    expect(nextKey(["b"])).toBe("a");
  });
});
