/** Walking the graph by keyboard: along edges to the left and right, among siblings up and down. */
import { type CanvasDocument, type DocNode, edgesInto, edgesOutOf } from "./document";
import { flowOrder } from "./topology";

export type Direction = "left" | "right" | "up" | "down";

export function neighbour(document: CanvasDocument, id: string, direction: Direction): string | null {
  if (direction === "right")
    return topmost(
      document,
      edgesOutOf(document, id).map((edge) => edge.target),
    );
  if (direction === "left")
    return topmost(
      document,
      edgesInto(document, id).map((edge) => edge.source),
    );
  const row = siblings(document, id);
  const step = direction === "down" ? 1 : -1;
  return row[row.indexOf(id) + step] ?? null;
}

export function firstStep(document: CanvasDocument): string | null {
  return flowOrder(document)[0] ?? null;
}

/** Steps in the same column, by height; nodes with a common source come before strangers only by place. */
function siblings(document: CanvasDocument, id: string): string[] {
  const self = document.nodes[id];
  if (!self) return [];
  const near = Object.values(document.nodes).filter(
    (node) => Math.abs(node.position.x - self.position.x) < 160,
  );
  return near.sort(byHeight).map((node) => node.id);
}

function topmost(document: CanvasDocument, ids: string[]): string | null {
  const nodes = ids.flatMap((id) => document.nodes[id] ?? []);
  return nodes.sort(byHeight)[0]?.id ?? null;
}

function byHeight(a: DocNode, b: DocNode): number {
  return a.position.y - b.position.y;
}
