import { describe, expect, it } from "vitest";
import { catalogue, opened } from "../testing/catalogue";
import { compact, estimatedEdges, estimatedEntry, estimatedNode, runNode } from "./figures";
import { outlineOf } from "./outline";
import { configProblems, countBySeverity, currentProblems, localProblems, problemsByNode } from "./problems";
import { type Words, sayDuration, summarise, titleOf } from "./summary";
import { closesCycle, depths, flowOrder } from "./topology";

const words: Words = { lang: "zh", nameOf: (_, id) => (id === "7" ? "高价值客户" : undefined) };
const entry = (type: string) => catalogue.byType.get(type);

describe("summary", () => {
  it("speaks of chosen things by name and says what is missing", () => {
    expect(summarise(entry("audience.source"), { audience: "7" }, words)).toEqual({
      text: "选取人群 高价值客户",
      incomplete: false,
    });
    expect(summarise(entry("audience.source"), {}, words)).toEqual({
      text: "选取人群（待设置）",
      incomplete: true,
    });
  });

  it("says shares and durations in both languages", () => {
    const variants = [
      { key: "a", share: 50 },
      { key: "b", label: "大图", share: 50 },
    ];
    expect(summarise(entry("abtest.split"), { variants }, words).text).toBe("分流 A 50% · 大图 50%");
    expect(summarise(entry("flow.wait"), { for: { minutes: 5 } }, words).text).toBe("等待 5 分钟");
    expect(sayDuration({ days: 1, hours: 2 }, "en")).toBe("1 day 2 hours");
    expect(titleOf(entry("flow.wait"), { type: "flow.wait" }, "en")).toBe("Wait");
    expect(titleOf(undefined, { type: "x.y" }, "en")).toBe("x.y");
  });
});

describe("summary of touches", () => {
  it("names them in their order", () => {
    const wait = entry("flow.wait");
    if (!wait) throw new Error("no such entry");
    const schema = { properties: { touches: { "x-ui": { widget: "list" } } } };
    const fallback = { ...wait, schema, summary: { zh: "依次尝试 {{touches}}", en: "Try {{touches}}" } };
    const touches = [
      { by: "message", template: "7" },
      { by: "staff", title: "请联系" },
    ];
    expect(summarise(fallback, { touches }, words).text).toBe("依次尝试 高价值客户 → 专属顾问");
  });
});

describe("problems", () => {
  it("finds loose steps and missing settings at once", () => {
    const document = opened();
    const { e1: _, ...edges } = document.edges;
    const found = localProblems({ ...document, edges }, catalogue);
    expect(found.map((item) => `${item.code}:${item.node}`)).toEqual(["unreachable:ab", "unreachable:m"]);
    const bare = { ...document, nodes: { ...document.nodes, m: { ...document.nodes.m!, config: {} } } };
    expect(localProblems(bare, catalogue)).toMatchObject([
      { code: "missing_setting", node: "m", pointer: "/template" },
    ]);
  });

  it("shows the server's word while nothing changed, and after a change what still holds", () => {
    const base = {
      severity: "error" as const,
      edge: null,
      pointer: "/graph/nodes/2/config/template",
      params: {},
      detail: "",
    };
    const server = [
      { ...base, code: "no_account", node: "m" },
      { ...base, code: "too_few", node: "ab", severity: "warning" as const },
    ];
    const checked = opened();
    expect(currentProblems(server, checked, checked, catalogue)).toEqual(server);
    const { e1: _, ...edges } = checked.edges;
    const touched = { ...checked, edges, nodes: { ...checked.nodes, ab: { ...checked.nodes.ab! } } };
    const merged = currentProblems(server, checked, touched, catalogue);
    expect(merged.map((item) => `${item.code}:${item.node}`)).toEqual(["no_account:m", "unreachable:ab"]);
    expect([...problemsByNode(merged).keys()]).toEqual(["m", "ab"]);
    expect(countBySeverity(server)).toEqual({ errors: 1, warnings: 1 });
    expect(configProblems(server, "m")[0]?.pointer).toBe("/template");
  });
});

describe("figures", () => {
  const estimate = {
    as_of: "",
    nodes: { s: { in: 0, out: { out: 218000 } }, ab: { in: 218000, out: { a: 109000, b: 109000 } } },
  };

  it("puts people on edges, cards and the whole canvas", () => {
    expect(estimatedEdges(opened(), estimate)).toEqual({ e1: 218000, e2: 109000 });
    expect(estimatedNode(estimate, "s")).toBe(218000);
    expect(estimatedNode(estimate, "m")).toBeUndefined();
    expect(estimatedEntry(opened(), estimate)).toEqual({ people: 218000, exact: true });
  });

  it("writes numbers as the language does", () => {
    expect(compact(218000, "zh")).toBe("21.8万");
    expect(compact(218000, "en")).toBe("218K");
    expect(compact(9999, "zh")).toBe("9,999");
  });

  it("sums what left a node", () => {
    const node = { entered: 10, waiting: 2, left: { a: 3, b: 4 }, suppressed: { consent: 1 }, failed: 0 };
    const run = {
      id: "r",
      status: "running",
      started_at: null,
      finished_at: null,
      sample: null,
      nodes: { ab: node },
      edges: {},
      check: { entered: 10, inside: 2, left: 8, balanced: true },
    } as const;
    expect(runNode(run, "ab")).toEqual({ entered: 10, waiting: 2, done: 7, held: 1, failed: 0 });
    expect(runNode(run, "zz").entered).toBe(0);
  });
});

describe("shape", () => {
  it("orders steps as people meet them", () => {
    expect(flowOrder(opened())).toEqual(["s", "ab", "m"]);
    expect(depths(opened()).get("m")).toBe(2);
    expect(closesCycle(opened(), "m", "s")).toBe(true);
  });

  it("is an indented list with the port that leads to each step", () => {
    const rows = outlineOf(opened(), catalogue);
    expect(rows.map((row) => [row.id, row.level, row.via?.key ?? null])).toEqual([
      ["s", 0, null],
      ["ab", 0, null],
      ["m", 0, "a"],
    ]);
  });
});
