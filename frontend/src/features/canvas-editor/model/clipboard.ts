/** Steps on the clipboard: tagged JSON, checked when it comes back, since anything may be pasted. */
import { type Catalogue, fitsKind } from "./catalogue";
import { type CanvasDocument, type DocEdge, type DocNode, freshId, type Point, snap } from "./document";
import type { Command } from "./history";

const TAG = "marketing-canvas/steps";

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
export function readCopied(copied: string): Fragment | null {
  if (!copied.includes(TAG)) return null;
  try {
    return fragmentIn(JSON.parse(copied));
  } catch {
    return null;
  }
}

/** Throws where anything is not as it should be; what a step does not have is left behind. */
function fragmentIn(found: unknown): Fragment | null {
  const { tag, version, nodes, edges } = record(found);
  if (tag !== TAG || version !== 1) return null;
  return { nodes: list(nodes).map(nodeIn), edges: list(edges).map(edgeIn) };
}

function nodeIn(found: unknown): DocNode {
  const { id, type, label, config, position } = record(found);
  const { x, y } = record(position);
  return {
    id: text(id),
    type: text(type),
    ...(label === undefined ? {} : { label: text(label) }),
    config: record(config),
    position: { x: number(x), y: number(y) },
  };
}

function edgeIn(found: unknown): DocEdge {
  const { id, source, sourcePort, target, targetPort } = record(found);
  return {
    id: text(id),
    source: text(source),
    sourcePort: text(sourcePort),
    target: text(target),
    targetPort: text(targetPort),
  };
}

function sure<T>(found: unknown, holds: boolean): T {
  if (!holds) throw new TypeError("not one of our steps");
  return found as T;
}

const record = (found: unknown) =>
  sure<Record<string, unknown>>(found, typeof found === "object" && found !== null && !Array.isArray(found));
const list = (found: unknown) => sure<unknown[]>(found, Array.isArray(found));
const text = (found: unknown) => sure<string>(found, typeof found === "string");
const number = (found: unknown) => sure<number>(found, Number.isFinite(found));

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
