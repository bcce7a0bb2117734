import { describe, expect, it } from "vitest";
import { catalogue, opened, wireCanvas } from "../testing/catalogue";
import * as commands from "./commands";
import { apply, startHistory } from "./history";
import { placeMissing } from "./place";
import { GAP_X, NODE_WIDTH } from "./size";
import { fromWire, patchBetween, toWireGraph } from "./wire";

describe("wire format", () => {
  it("comes back as it was, unknown fields included", () => {
    const graph = wireCanvas().graph;
    const rich = {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, note: "keep", ui: { folded: true } })),
      edges: graph.edges.map((edge) => ({ ...edge, color: "red" })),
      layout: "LR",
    };
    const { document } = fromWire(wireCanvas({ graph: rich }));
    expect(toWireGraph(document)).toEqual(rich);
  });

  it("sends only what changed", () => {
    const document = opened();
    expect(patchBetween(document, document)).toBeNull();
    const named = apply(startHistory(document), commands.setSettings({ name: "新名字" }), 0).document;
    expect(patchBetween(document, named)).toEqual({ name: "新名字" });
    const moved = apply(startHistory(named), commands.moveNodes({ m: { x: 20, y: 20 } }), 0).document;
    expect(Object.keys(patchBetween(document, moved) ?? {})).toEqual(["name", "graph"]);
  });

  it("places steps that came without a position in columns, none on another", () => {
    const graph = wireCanvas().graph;
    const bare = { ...graph, nodes: graph.nodes.map(({ position: _, ...node }) => node) };
    const { document, unplaced } = fromWire(wireCanvas({ graph: bare }));
    expect(unplaced.size).toBe(3);
    const placed = placeMissing(document, catalogue, unplaced);
    expect(Object.values(placed.nodes).map((node) => node.position.x)).toEqual(
      [0, 1, 2].map((column) => column * (NODE_WIDTH + GAP_X)),
    );
    expect(placeMissing(document, catalogue, new Set())).toBe(document);
  });
});
