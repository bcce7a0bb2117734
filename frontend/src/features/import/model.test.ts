import { describe, expect, it } from "vitest";
import type { AttributeDefinition } from "@/shared/api/types";
import { groups, hasType, mappingOf, tally } from "./model";

const city = { key: "city", type: "string" } as AttributeDefinition;

describe("what a column may become", () => {
  it("offers an attribute of its own name once", () => {
    const all = (header: string) => groups("customers", header, [city]).flatMap((group) => group.targets);
    expect(all("城市")).toContain("attributes.城市");
    expect(all("city").filter((target) => target === "attributes.city")).toHaveLength(1);
    expect(new Set(all("城市")).size).toBe(all("城市").length);
  });

  it("offers a list nothing but who it is", () => {
    const targets = groups("audience", "x", [city]).flatMap((group) => group.targets);
    expect(targets.every((target) => target.startsWith("customer."))).toBe(true);
  });

  it("asks for a type only where none is known", () => {
    expect(hasType("attributes.city", [city])).toBe(false);
    expect(hasType("attributes.age", [city])).toBe(true);
    expect(hasType("identities.phone", [city])).toBe(false);
  });

  it("names columns by number, and counts", () => {
    expect(mappingOf([null, { to: "tags", type: "string" }])).toEqual({
      "#1": null,
      "#2": { to: "tags", type: "string" },
    });
    const row = (action: string) => ({ row: 2, cells: [], action, becomes: null, problems: [] });
    expect(tally([row("create"), row("create"), row("reject")])).toEqual({ create: 2, reject: 1 });
  });
});
