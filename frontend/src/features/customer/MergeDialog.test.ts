/** What the dialog promises is what the server does. */
import { describe, expect, it } from "vitest";
import type { Customer } from "@/shared/api/types";
import { mergedRows } from "./MergeDialog";

const one = (more: Partial<Customer>): Customer => ({
  id: "1",
  external_id: null,
  identities: {},
  attributes: {},
  tags: [],
  consents: {},
  blocked: false,
  timezone: null,
  created_at: "",
  updated_at: "",
  ...more,
});

function after(here: Partial<Customer>, there: Partial<Customer>): Record<string, string> {
  return Object.fromEntries(mergedRows(one(here), one(there), (key) => key).map((row) => [row[0], row[3]]));
}

describe("mergedRows", () => {
  it("keeps the survivor's and fills gaps", () => {
    const found = after(
      { attributes: { city: "北京" } },
      { external_id: "A", attributes: { city: "上海", level: "金" } },
    );
    expect(found).toMatchObject({ externalId: "A", city: "北京", level: "金" });
  });

  it("never loses a withdrawal", () => {
    const found = after(
      { consents: { sms: true, email: false } },
      { consents: { sms: false, email: true, wecom: true } },
    );
    expect(found["template:channels.sms"]).toBe("refused");
    expect(found["template:channels.email"]).toBe("refused");
    expect(found["template:channels.wecom"]).toBe("allowed");
  });

  it("unites tags, each once", () => {
    expect(after({ tags: ["a", "b"] }, { tags: ["b", "c"] }).tags).toBe("a、b、c");
  });
});
