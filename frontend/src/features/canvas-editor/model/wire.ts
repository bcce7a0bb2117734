/** Between the API's canvas and the editor's document. Unknown fields survive the way there and back. */
import type { CanvasKind, Config } from "./catalogue";
import type { CanvasDocument, DocEdge, DocNode, Extra, Point, Settings } from "./document";

export interface WireNode {
  id: string;
  type: string;
  label?: string;
  config?: Config;
  position?: Point | null;
  [field: string]: unknown;
}

export interface WireEdge {
  id: string;
  source: string;
  source_port: string;
  target: string;
  target_port: string;
  [field: string]: unknown;
}

export interface WireGraph {
  nodes: WireNode[];
  edges: WireEdge[];
  [field: string]: unknown;
}

/** What `GET canvases/{id}` answers, as far as the editor reads it. */
export interface WireCanvas {
  id: string;
  name: string;
  kind: CanvasKind;
  status: "draft" | "live" | "paused" | "ended" | "archived";
  revision: number;
  version: number | null;
  changed: boolean;
  run: string | null;
  approval?: { status: string; asked_by: string; decided_by: string | null; comment: string } | null;
  next_fire_at: string | null;
  active: Settings["active"];
  schedule: Settings["schedule"];
  quiet_hours: Settings["quiet_hours"];
  priority?: Settings["priority"];
  entry: Settings["entry"];
  exit: Settings["exit"];
  goal: Settings["goal"];
  late_events?: Settings["late_events"];
  graph: WireGraph;
}

export type WirePatch = Partial<
  Pick<
    WireCanvas,
    | "name"
    | "active"
    | "schedule"
    | "quiet_hours"
    | "priority"
    | "entry"
    | "exit"
    | "goal"
    | "late_events"
    | "graph"
  >
>;

export interface Opened {
  document: CanvasDocument;
  /** Ids of nodes that came without a position. */
  unplaced: Set<string>;
}

export function fromWire(canvas: WireCanvas): Opened {
  return readGraph(canvas.graph, readSettings(canvas));
}

export function readGraph(graph: WireGraph, settings: Settings): Opened {
  const { nodes, edges, ...graphExtra } = graph;
  const document: CanvasDocument = {
    nodes: Object.fromEntries(nodes.map((node) => [node.id, readNode(node)])),
    edges: Object.fromEntries(edges.map((edge) => [edge.id, readEdge(edge)])),
    settings,
  };
  if (Object.keys(graphExtra).length) document.graphExtra = graphExtra;
  return { document, unplaced: new Set(nodes.filter((node) => !node.position).map((node) => node.id)) };
}

function readSettings(canvas: WireCanvas): Settings {
  return {
    name: canvas.name,
    kind: canvas.kind,
    active: canvas.active ?? null,
    schedule: canvas.schedule ?? null,
    quiet_hours: canvas.quiet_hours ?? null,
    priority: canvas.priority ?? "normal",
    entry: canvas.entry ?? null,
    exit: canvas.exit ?? null,
    goal: canvas.goal ?? null,
    late_events: canvas.late_events ?? null,
  };
}

function readNode(wire: WireNode): DocNode {
  const { id, type, label, config, position, ...extra } = wire;
  const node: DocNode = { id, type, config: config ?? {}, position: position ?? { x: 0, y: 0 } };
  if (label) node.label = label;
  return withExtra(node, extra);
}

function readEdge(wire: WireEdge): DocEdge {
  const { id, source, source_port, target, target_port, ...extra } = wire;
  const edge: DocEdge = { id, source, sourcePort: source_port, target, targetPort: target_port };
  return withExtra(edge, extra);
}

function withExtra<T extends { extra?: Extra }>(item: T, extra: Extra): T {
  if (Object.keys(extra).length) item.extra = extra;
  return item;
}

export function toWireGraph(document: CanvasDocument): WireGraph {
  return {
    ...document.graphExtra,
    nodes: Object.values(document.nodes).map(writeNode),
    edges: Object.values(document.edges).map(writeEdge),
  };
}

function writeNode(node: DocNode): WireNode {
  const { id, type, label, config, position, extra } = node;
  return { ...extra, id, type, ...(label ? { label } : {}), config, position };
}

function writeEdge(edge: DocEdge): WireEdge {
  const { id, source, sourcePort, target, targetPort, extra } = edge;
  return { ...extra, id, source, source_port: sourcePort, target, target_port: targetPort };
}

const PATCHED = [
  "name",
  "active",
  "schedule",
  "quiet_hours",
  "priority",
  "entry",
  "exit",
  "goal",
  "late_events",
] as const;

/**
 * The fields that differ between two states of one document, or null when nothing does.
 * Compares by reference: every change makes new objects (immer), so equal references are equal values.
 */
export function patchBetween(saved: CanvasDocument, now: CanvasDocument): WirePatch | null {
  const patch: Record<string, unknown> = {};
  for (const field of PATCHED) {
    if (saved.settings[field] !== now.settings[field]) patch[field] = now.settings[field];
  }
  if (saved.nodes !== now.nodes || saved.edges !== now.edges) patch.graph = toWireGraph(now);
  return Object.keys(patch).length ? (patch as WirePatch) : null;
}
