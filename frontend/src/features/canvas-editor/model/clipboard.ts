/** Steps on the clipboard: tagged JSON, checked when it comes back, since anything may be pasted. */
import * as z from "zod/mini";
import { type Catalogue, fitsKind } from "./catalogue";
import { type CanvasDocument, type DocEdge, type DocNode, freshId, type Point, snap } from "./document";
import type { Command } from "./history";

// Compiled checkers use new Function, which a strict content security policy forbids.
z.config({ jitless: true });

const TAG = "marketing-canvas/steps";
const config = z.record(z.string(), z.unknown());
const point = z.object({ x: z.number(), y: z.number() });
const shape = z.object({
  tag: z.literal(TAG),
  version: z.literal(1),
  nodes: z.array(
    z.object({ id: z.string(), type: z.string(), label: z.optional(z.string()), config, position: point }),
  ),
  edges: z.array(
    z.object({
      id: z.string(),
      source: z.string(),
      sourcePort: z.string(),
      target: z.string(),
      targetPort: z.string(),
    }),
  ),
});

export interface Fragment {
  nodes: DocNode[];
  edges: DocEdge[];
}

export function copyText(document: CanvasDocument, ids: readonly string[]): string {
  const chosen = new Set(ids);
  const nodes = Object.values(document.nodes).filter((node) => chosen.has(node.id));
  const edges = Object.values(document.edges).filter(
    (edge) => chosen.has(edge.source) && chosen.has(edge.target),
  );
  return JSON.stringify({ tag: TAG, version: 1, nodes, edges });
}

/** The steps in a text, or null when it holds none of ours. */
export function readCopied(text: string): Fragment | null {
  if (!text.includes(TAG)) return null;
  try {
    const { nodes, edges } = shape.parse(JSON.parse(text));
    return { nodes, edges };
  } catch {
    return null;
  }
}

export interface Pasted {
  command: Command;
  ids: string[];
  /** Steps that may not stand on this kind of canvas, or that this installation does not know. */
  left: number;
}

/** Puts copied steps around `at`, with new ids; the connections among them come along. */
export function pasteSteps(
  document: CanvasDocument,
  catalogue: Catalogue,
  copied: Fragment,
  at: Point,
): Pasted {
  const { kind } = document.settings;
  const fitting = copied.nodes.filter((node) => {
    const entry = catalogue.byType.get(node.type);
    return entry && fitsKind(entry, kind);
  });
  const corner = {
    x: Math.min(...fitting.map((node) => node.position.x)),
    y: Math.min(...fitting.map((node) => node.position.y)),
  };
  const taken: Record<string, unknown> = { ...document.nodes };
  const ids = new Map<string, string>();
  for (const node of fitting) {
    const id = freshId(node.type, taken);
    taken[id] = true;
    ids.set(node.id, id);
  }
  const recipe: Command["recipe"] = (draft) => {
    for (const node of fitting) {
      const id = ids.get(node.id) ?? node.id;
      const position = snap({ x: at.x + node.position.x - corner.x, y: at.y + node.position.y - corner.y });
      draft.nodes[id] = { ...node, id, position };
    }
    for (const edge of copied.edges) {
      const [source, target] = [ids.get(edge.source), ids.get(edge.target)];
      if (!source || !target) continue;
      const id = freshId("e", draft.edges);
      draft.edges[id] = { ...edge, id, source, target };
    }
  };
  const command = { label: { key: "change.paste", params: { count: fitting.length } }, recipe };
  return { command, ids: [...ids.values()], left: copied.nodes.length - fitting.length };
}
