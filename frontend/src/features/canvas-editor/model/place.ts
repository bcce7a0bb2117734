/** Where new cards go, so that nothing lands on top of something else. Flow runs left to right. */
import type { Catalogue } from "./catalogue";
import { type CanvasDocument, type Point, snap } from "./document";
import { portsOf } from "./ports";
import { GAP_X, GAP_Y, NODE_WIDTH, nodeHeight } from "./size";
import { depths } from "./topology";

interface Box extends Point {
  height: number;
}

export function boxes(document: CanvasDocument, catalogue: Catalogue): Map<string, Box> {
  return new Map(
    Object.values(document.nodes).map((node) => [
      node.id,
      { ...node.position, height: heightOf(document, catalogue, node.id) },
    ]),
  );
}

export function heightOf(document: CanvasDocument, catalogue: Catalogue, id: string): number {
  const node = document.nodes[id];
  return node ? nodeHeight(portsOf(catalogue.byType.get(node.type), node.config)) : 0;
}

/** The nearest free place at or below `wanted`. */
export function freeSpot(taken: Iterable<Box>, wanted: Point, height: number): Point {
  const spot = snap(wanted);
  const column = [...taken].filter((box) => Math.abs(box.x - spot.x) < NODE_WIDTH + GAP_X / 2);
  column.sort((a, b) => a.y - b.y);
  for (const box of column) {
    const clear = spot.y + height + GAP_Y <= box.y || spot.y >= box.y + box.height + GAP_Y;
    if (!clear) spot.y = snap({ x: 0, y: box.y + box.height + GAP_Y + 9 }).y;
  }
  return spot;
}

/** Right of its predecessor, below the siblings that are there already. */
export function spotAfter(
  document: CanvasDocument,
  catalogue: Catalogue,
  source: string,
  height: number,
): Point {
  const from = document.nodes[source];
  const start = from ? { x: from.position.x + NODE_WIDTH + GAP_X, y: from.position.y } : { x: 0, y: 0 };
  return freeSpot(boxes(document, catalogue).values(), start, height);
}

/** Gives a place to nodes that came without one (made by the API or a template). */
export function placeMissing(
  document: CanvasDocument,
  catalogue: Catalogue,
  missing: ReadonlySet<string>,
): CanvasDocument {
  if (missing.size === 0) return document;
  const nodes = { ...document.nodes };
  const depth = depths(document);
  const taken = [...boxes(document, catalogue)].filter(([id]) => !missing.has(id)).map(([, box]) => box);
  const left = taken.length ? Math.min(...taken.map((box) => box.x)) : 0;
  for (const id of [...missing].sort((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0))) {
    const node = nodes[id];
    if (!node) continue;
    const height = heightOf(document, catalogue, id);
    const parent = Object.values(document.edges).find((edge) => edge.target === id);
    const beside = parent ? nodes[parent.source]?.position : undefined;
    const x = beside ? beside.x + NODE_WIDTH + GAP_X : left + (depth.get(id) ?? 0) * (NODE_WIDTH + GAP_X);
    const position = freeSpot(taken, { x, y: beside?.y ?? 0 }, height);
    taken.push({ ...position, height });
    nodes[id] = { ...node, position };
  }
  return { ...document, nodes };
}
