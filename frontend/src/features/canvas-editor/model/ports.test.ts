import { describe, expect, it } from "vitest";
import { catalogue } from "../testing/catalogue";
import { fitsKind, isSource, searchTypes } from "./catalogue";
import { mainPort, portsOf } from "./ports";

const entry = (type: string) => catalogue.byType.get(type);
const keys = (type: string, config: Record<string, unknown>) =>
  portsOf(entry(type), config).outputs.map((port) => port.key);

describe("ports of a node", () => {
  it("gives one port per item of a list, and a flag port only while its value is set", () => {
    const variants = [
      { key: "a", share: 50 },
      { key: "b", share: 50, label: "大图" },
    ];
    expect(keys("abtest.split", { variants })).toEqual(["a", "b"]);
    expect(keys("abtest.split", { variants, holdout: 10 })).toEqual(["a", "b", "holdout"]);
    expect(portsOf(entry("abtest.split"), { variants }).outputs.map((port) => port.labels.zh)).toEqual([
      "A",
      "大图",
    ]);
  });

  it("numbers counted ports and falls back to the default count", () => {
    expect(keys("set.priority", {})).toEqual(["out1", "out2"]);
    expect(keys("set.priority", { inputs: 3 })).toEqual(["out1", "out2", "out3"]);
    expect(portsOf(entry("set.priority"), { inputs: 3 }).inputs.map((port) => port.key)).toEqual([
      "in1",
      "in2",
      "in3",
    ]);
  });

  it("survives settings that are not finished", () => {
    expect(keys("abtest.split", {})).toEqual([]);
    expect(keys("abtest.split", { variants: [{ share: 1 }, null, "x"] })).toEqual([]);
    expect(keys("set.priority", { inputs: "many" })).toEqual(["out1", "out2"]);
    expect(portsOf(undefined, {})).toEqual({ inputs: [], outputs: [] });
  });

  it("prefers `out` for a new edge, else the first port that is not optional", () => {
    expect(mainPort(portsOf(entry("message.send"), {}).outputs)?.key).toBe("out");
    expect(mainPort(portsOf(entry("abtest.split"), { variants: [{ key: "a" }] }).outputs)?.key).toBe("a");
    expect(mainPort([])).toBeUndefined();
  });
});

describe("the catalogue", () => {
  it("knows starts and kinds", () => {
    const source = entry("audience.source");
    expect(source && isSource(source)).toBe(true);
    expect(source && fitsKind(source, "triggered")).toBe(false);
  });

  it("is searched by name, pinyin and initials, for this kind of canvas only", () => {
    const found = (words: string) => searchTypes(catalogue, words, "scheduled").map((item) => item.type);
    expect(found("触达")).toEqual(["message.send"]);
    expect(found("nrcd")).toEqual(["message.send"]);
    expect(found("neirong")).toEqual(["message.send"]);
    expect(found("a/b")).toEqual(["abtest.split"]);
    expect(found("")).not.toContain("trigger.event");
  });
});

describe("names of numbered ports", () => {
  it("put the number where the label says", () => {
    const spec = { count: "/inputs", prefix: "in", default: 2, labels: { zh: "第 n 路", en: "input n" } };
    const entry = { ...catalogue.byType.get("set.priority")!, ports: { inputs: [spec], outputs: [] } };
    expect(portsOf(entry, {}).inputs.map((port) => port.labels)).toEqual([
      { zh: "第 1 路", en: "input 1" },
      { zh: "第 2 路", en: "input 2" },
    ]);
  });
});
