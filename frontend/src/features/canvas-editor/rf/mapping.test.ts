import { describe, expect, it } from "vitest";
import { setConfig, moveNodes } from "../model/commands";
import { apply, startHistory } from "../model/history";
import { drawnPort, portsOf } from "../model/ports";
import { catalogue, opened } from "../testing/catalogue";
import { type EdgeCache, mapEdges, mapNodes, type NodeCache } from "./mapping";

const nodesOf = (document = opened(), cache: NodeCache = new Map(), drag = {}) =>
  mapNodes(
    { nodes: document.nodes, catalogue, drag, selected: new Set(["m"]), ariaLabel: (node) => node.id },
    cache,
  );

describe("React Flow's arrays", () => {
  it("keep the object of every step that did not change", () => {
    const cache: NodeCache = new Map();
    const document = opened();
    const before = nodesOf(document, cache);
    const moved = apply(startHistory(document), moveNodes({ m: { x: 0, y: 400 } }), 0).document;
    const after = nodesOf(moved, cache);
    expect(after.map((node, index) => node === before[index])).toEqual([true, true, false]);
    expect(after[2]?.position).toEqual({ x: 0, y: 400 });
  });

  it("show a dragged step where it is, and know the size of every step", () => {
    const nodes = nodesOf(opened(), new Map(), { s: { x: 7, y: 9 } });
    expect(nodes[0]).toMatchObject({ position: { x: 7, y: 9 }, selected: false });
    expect(nodes[2]).toMatchObject({ selected: true, ariaLabel: "m" });
    expect(nodes[1]?.height).toBeGreaterThan(nodes[0]?.height ?? 0);
  });

  it("hang an edge on the main port when its own is not drawn, and follow changed settings", () => {
    const cache: EdgeCache = new Map();
    const edgesOf = (document = opened()) =>
      mapEdges(
        {
          edges: {
            ...document.edges,
            e9: { id: "e9", source: "s", sourcePort: "out", target: "m", targetPort: "in7" },
          },
          selected: new Set(),
          ariaLabel: (edge) => edge.id,
          drawnPort: (edge, end) => {
            const node = document.nodes[edge[end]];
            const ports = portsOf(catalogue.byType.get(node?.type ?? ""), node?.config ?? {});
            return end === "source"
              ? drawnPort(ports.outputs, edge.sourcePort)
              : drawnPort(ports.inputs, edge.targetPort);
          },
        },
        cache,
      );
    expect(edgesOf().at(-1)?.targetHandle).toBe("in");
    const renamed = apply(
      startHistory(opened()),
      setConfig(catalogue, "ab", { variants: [{ key: "z", share: 100 }] }),
      0,
    );
    expect(edgesOf(renamed.document)[1]?.id).toBe("e9");
    expect(cache.has("e2")).toBe(false);
  });
});
