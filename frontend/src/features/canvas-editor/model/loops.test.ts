import { describe, expect, it } from "vitest";
import { type NodeType, makeCatalogue } from "./catalogue";
import { refuseEdge } from "./connect";
import type { CanvasDocument } from "./document";
import { portsOf } from "./ports";
import { withSteps } from "./steps";
import { summarise } from "./summary";
import { flowOrder } from "./topology";

const labels = { zh: "", en: "" };
const input = [{ key: "in", labels }];
const made = (type: string, more: Partial<NodeType>): NodeType => ({
  type,
  version: 1,
  family: "flow",
  labels: { zh: type, en: type },
  kinds: [],
  ports: { inputs: input, outputs: [{ key: "out", labels }] },
  schema: {},
  ...more,
});
const catalogue = makeCatalogue({
  results: [
    made("message.send", { outcomes: ["clicked"] }),
    made("flow.wait", { summary: { zh: "等待 {{until}}", en: "Wait until {{until}}" } }),
    made("flow.jump", {
      ports: {
        inputs: input,
        outputs: [
          { key: "again", labels, back: true },
          { key: "done", labels },
        ],
      },
    }),
    made("flow.result", {
      ports: {
        inputs: input,
        outputs: [
          { each: "/results", key: "key", names: { clicked: { zh: "已点击", en: "clicked" } } },
          { key: "else", labels },
        ],
      },
    }),
  ],
});

const edge = (id: string, source: string, sourcePort: string, target: string) => ({
  id,
  source,
  sourcePort,
  target,
  targetPort: "in",
});

function drawn(...edges: ReturnType<typeof edge>[]): CanvasDocument {
  const types: Record<string, string> = {
    m: "message.send",
    w: "flow.wait",
    j: "flow.jump",
    r: "flow.result",
  };
  const nodes = Object.entries(types).map(([id, type]) => [
    id,
    { id, type, config: {}, position: { x: 0, y: 0 } },
  ]);
  return {
    nodes: Object.fromEntries(nodes),
    edges: Object.fromEntries(edges.map((one) => [one.id, one])),
    settings: { kind: "scheduled" },
  } as unknown as CanvasDocument;
}

const forward = [edge("1", "m", "out", "w"), edge("2", "w", "out", "j"), edge("3", "j", "done", "r")];

describe("loops", () => {
  it("may be closed by the port that leads back, and by no other", () => {
    const document = drawn(...forward);
    const ends = { source: "j", sourcePort: "again", target: "m", targetPort: "in" };
    expect(refuseEdge(document, catalogue, ends)).toBeNull();
    expect(refuseEdge(document, catalogue, { ...ends, source: "r", sourcePort: "else" })).toBe("cycle");
    const looped = drawn(...forward, edge("4", "j", "again", "m"));
    expect(
      refuseEdge(looped, catalogue, { ...ends, source: "m", sourcePort: "out", target: "r" }),
    ).toBeNull();
    expect(flowOrder(looped)).toEqual(["m", "w", "j", "r"]);
  });

  it("names ports by words, and steps whose result can be asked", () => {
    const ports = portsOf(catalogue.byType.get("flow.result"), { results: ["clicked"] }).outputs;
    expect(ports.map((port) => [port.key, port.labels.zh])).toEqual([
      ["clicked", "已点击"],
      ["else", ""],
    ]);
    const schema = { properties: { of: { "x-ui": { widget: "step-picker" } } } };
    const of = withSteps(schema, drawn(...forward), catalogue, "r", "en").properties?.of;
    expect(of?.enum).toEqual(["m"]);
    expect(of?.["x-ui"]).toMatchObject({ widget: "select", options: { m: { en: "message.send" } } });
  });

  it("says weekdays", () => {
    const words = { lang: "en" as const, nameOf: () => undefined };
    const until = { weekday: ["MO", "TH"], at: "09:30" };
    expect(summarise(catalogue.byType.get("flow.wait"), { until }, words).text).toBe(
      "Wait until Monday or Thursday 09:30",
    );
  });
});
