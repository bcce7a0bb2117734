/** Questions about the shape of the graph: what comes after what. Pure, knows no ports. */
import type { CanvasDocument } from "./document";

type Next = Map<string, string[]>;

function adjacency(document: CanvasDocument, forward: boolean): Next {
  const next: Next = new Map();
  for (const edge of Object.values(document.edges)) {
    const [from, to] = forward ? [edge.source, edge.target] : [edge.target, edge.source];
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  return next;
}

function walk(next: Next, start: Iterable<string>): Set<string> {
  const seen = new Set<string>(start);
  const queue = [...seen];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const other of next.get(id) ?? []) {
      if (!seen.has(other)) {
        seen.add(other);
        queue.push(other);
      }
    }
  }
  return seen;
}

/** Every node that people standing at `ids` can still reach, `ids` included. */
export function downstream(document: CanvasDocument, ids: Iterable<string>): Set<string> {
  return walk(adjacency(document, true), ids);
}

export function upstream(document: CanvasDocument, ids: Iterable<string>): Set<string> {
  return walk(adjacency(document, false), ids);
}

/** Would an edge source → target close a circle? */
export function closesCycle(document: CanvasDocument, source: string, target: string): boolean {
  return downstream(document, [target]).has(source);
}

/** Nodes in the order people meet them; a circle begins with the first of its nodes that is reached. */
export function flowOrder(document: CanvasDocument): string[] {
  const waiting = new Map<string, number>(Object.keys(document.nodes).map((id) => [id, 0]));
  for (const edge of Object.values(document.edges)) {
    if (waiting.has(edge.target) && waiting.has(edge.source)) {
      waiting.set(edge.target, (waiting.get(edge.target) ?? 0) + 1);
    }
  }
  const next = adjacency(document, true);
  const order: string[] = [];
  const reached = new Set<string>();
  const ready = [...waiting].filter(([, open]) => open === 0).map(([id]) => id);
  const nextOnCircle = () => [...reached].find((id) => waiting.has(id));
  for (let id = ready.shift(); id !== undefined; id = ready.shift() ?? nextOnCircle()) {
    order.push(id);
    waiting.delete(id);
    for (const other of next.get(id) ?? []) {
      const open = (waiting.get(other) ?? 0) - 1;
      if (!waiting.has(other)) continue;
      reached.add(other);
      waiting.set(other, open);
      if (open === 0) ready.push(other);
    }
  }
  return [...order, ...waiting.keys()];
}

/** Column of each node: the longest way to it from a start. */
export function depths(document: CanvasDocument): Map<string, number> {
  const depth = new Map<string, number>();
  const before = adjacency(document, false);
  for (const id of flowOrder(document)) {
    const known = (before.get(id) ?? []).flatMap((other) => depth.get(other) ?? []);
    depth.set(id, known.length ? Math.max(...known) + 1 : 0);
  }
  return depth;
}
