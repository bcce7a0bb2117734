/** Tidy-up: elkjs in its own worker lays the whole graph out, left to right. Loaded only when asked for. */
import type { ELK, ElkNode } from "elkjs/lib/elk-api";
import type { Catalogue } from "../model/catalogue";
import { type CanvasDocument, type Point, snap } from "../model/document";
import { type Port, portsOf } from "../model/ports";
import { GAP_X, GAP_Y, NODE_WIDTH, nodeHeight } from "../model/size";

let engine: Promise<ELK> | null = null;

function loadEngine(): Promise<ELK> {
  engine ??= Promise.all([import("elkjs/lib/elk-api"), import("elkjs/lib/elk-worker.min.js?url")]).then(
    ([{ default: Elk }, { default: url }]) => new Elk({ workerFactory: () => new Worker(url) }),
  );
  return engine;
}

/** Starts the worker ahead of the first tidy-up, which would otherwise take a second. */
export function warmUp(): void {
  void loadEngine();
}

/** A drawing with network-simplex is a third as wide, but slow beyond this. */
const SIMPLEX_UP_TO = 150;

export function toElk(document: CanvasDocument, catalogue: Catalogue): ElkNode {
  const nodes = Object.values(document.nodes);
  return {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.spacing.nodeNode": String(GAP_Y),
      "elk.layered.spacing.nodeNodeBetweenLayers": String(GAP_X),
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.layered.nodePlacement.strategy":
        nodes.length <= SIMPLEX_UP_TO ? "NETWORK_SIMPLEX" : "BRANDES_KOEPF",
    },
    children: nodes.map((node) => elkNode(document, catalogue, node.id)),
    edges: Object.values(document.edges).map((edge) => ({
      id: edge.id,
      sources: [`${edge.source}:out:${edge.sourcePort}`],
      targets: [`${edge.target}:in:${edge.targetPort}`],
    })),
  };
}

/** Cards that follow one another stand side by side, heads level: ELK is told of ports near the head, in their order. */
const HEAD_PORT = 28;

function elkNode(document: CanvasDocument, catalogue: Catalogue, id: string): ElkNode {
  const node = document.nodes[id];
  const ports = portsOf(catalogue.byType.get(node?.type ?? ""), node?.config ?? {});
  const at = (end: "in" | "out", x: number) => (port: Port, index: number) => ({
    id: `${id}:${end}:${port.key}`,
    x,
    y: HEAD_PORT + index,
    width: 0,
    height: 0,
  });
  return {
    id,
    width: NODE_WIDTH,
    height: nodeHeight(ports),
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [...ports.inputs.map(at("in", 0)), ...ports.outputs.map(at("out", NODE_WIDTH))],
  };
}

export async function tidyPositions(
  document: CanvasDocument,
  catalogue: Catalogue,
): Promise<Record<string, Point>> {
  const elk = await loadEngine();
  const laid = await elk.layout(toElk(document, catalogue));
  return Object.fromEntries(
    (laid.children ?? []).map((child) => [child.id, snap({ x: child.x ?? 0, y: child.y ?? 0 })]),
  );
}
