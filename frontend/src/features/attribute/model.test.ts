import { describe, expect, it } from "vitest";
import { type Attribute, bodyOf, draftOf } from "./model";

const known: Attribute = {
  key: "age",
  type: "number",
  label: { zh: "年龄", en: "Age" },
  sensitive: false,
  options: null,
  min: 0,
  max: null,
  max_length: null,
  pattern: null,
  archived_at: null,
  created_at: "2026-11-22T00:00:00Z",
};

describe("attribute", () => {
  it("sends of a known one only what may change, with null where a limit was taken away", () => {
    expect(bodyOf({ ...draftOf(known), min: "", max: "120" }, true)).toEqual({
      label: { zh: "年龄", en: "Age" },
      sensitive: false,
      min: null,
      max: 120,
    });
  });

  it("sends the limits of its type only, and both labels", () => {
    const draft = {
      ...draftOf(null),
      key: " size ",
      type: "enum" as const,
      zh: "尺码",
      options: ["S", "M"],
      min: "3",
    };
    expect(bodyOf(draft, false)).toEqual({
      key: "size",
      type: "enum",
      label: { zh: "尺码", en: "尺码" },
      sensitive: false,
      options: ["S", "M"],
    });
  });
});
