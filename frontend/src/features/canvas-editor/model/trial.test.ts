import { describe, expect, it } from "vitest";
import { elapsed, readProperties, trailOf } from "./trial";

describe("a test run", () => {
  it("knows which steps and connections a person went through", () => {
    const step = (node: string, edges: string[]) => ({ node, edges, in: "", out: null, port: null });
    const person = {
      id: "1",
      external_id: null,
      name: null,
      messages: [],
      grants: [],
      held: [],
      ends: [],
      path: [step("a", []), step("b", ["e1"]), step("c", ["e2", "e3"])],
    };
    expect([...trailOf(person).nodes]).toEqual(["a", "b", "c"]);
    expect([...trailOf(person).edges]).toEqual(["e1", "e2", "e3"]);
  });

  it("says how much later something is", () => {
    const start = "2026-11-23T10:00:00+08:00";
    expect(elapsed(start, "2026-11-25T13:05:00+08:00")).toEqual({ days: 2, hours: 3, minutes: 5 });
    expect(elapsed(start, start)).toEqual({ days: 0, hours: 0, minutes: 0 });
    expect(elapsed(start, "2026-11-23T02:30:00Z")).toEqual({ days: 0, hours: 0, minutes: 30 });
  });

  it("takes properties as a JSON object and nothing else", () => {
    expect(readProperties(" ")).toEqual({});
    expect(readProperties('{"sku": "4JT"}')).toEqual({ sku: "4JT" });
    expect(readProperties("[1]")).toBeNull();
    expect(readProperties("{sku}")).toBeNull();
  });
});
