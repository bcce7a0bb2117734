/** Every change a marketer can make to a canvas, as named pure commands. The only writers of the document. */
import { type Draft, current, isDraft } from "immer";
import type { Catalogue, Config } from "./catalogue";
import { type EdgeEnds, inputFor, outputFor, refuseEdge } from "./connect";
import {
  type CanvasDocument,
  type DocEdge,
  type DocNode,
  type Point,
  type Settings,
  freshId,
  snap,
} from "./document";
import type { Command } from "./history";
import { heightOf, spotAfter } from "./place";
import { type Port, mainPort, portsOf } from "./ports";
import { GAP_X, NODE_WIDTH, nodeHeight } from "./size";
import { downstream } from "./topology";

type Doc = Draft<CanvasDocument>;

export function makeNode(
  document: CanvasDocument,
  catalogue: Catalogue,
  type: string,
  position: Point,
): DocNode {
  const config = structuredClone(catalogue.byType.get(type)?.defaults ?? {});
  return { id: freshId(type, document.nodes), type, config, position: snap(position) };
}

export function addNode(node: DocNode): Command {
  return {
    label: { key: "change.add" },
    recipe: (draft) => {
      draft.nodes[node.id] = node;
    },
  };
}

/** Adds a node right of `from` and joins it to that port, in one step. */
export function appendNode(
  catalogue: Catalogue,
  from: { node: string; port: string },
  made: DocNode,
  at?: Point,
): Command {
  return {
    label: { key: "change.add" },
    recipe: (draft) => {
      const height = nodeHeight(portsOf(catalogue.byType.get(made.type), made.config));
      const position = at ? snap(at) : spotAfter(plain(draft), catalogue, from.node, height);
      draft.nodes[made.id] = { ...made, position };
      const input = inputFor(plain(draft), catalogue, made.id);
      if (input)
        join(draft, catalogue, {
          source: from.node,
          sourcePort: from.port,
          target: made.id,
          targetPort: input.key,
        });
    },
  };
}

export function moveNodes(positions: Record<string, Point>, key = "change.move"): Command {
  return {
    label: { key, params: { count: Object.keys(positions).length } },
    recipe: (draft) => {
      for (const [id, point] of Object.entries(positions)) {
        const node = draft.nodes[id];
        if (node && (node.position.x !== point.x || node.position.y !== point.y))
          node.position = { x: point.x, y: point.y };
      }
    },
  };
}

export function connect(catalogue: Catalogue, ends: EdgeEnds): Command {
  return { label: { key: "change.connect" }, recipe: (draft) => join(draft, catalogue, ends) };
}

function join(draft: Doc, catalogue: Catalogue, ends: EdgeEnds): void {
  if (refuseEdge(plain(draft), catalogue, ends)) return;
  const id = freshId("e", draft.edges);
  draft.edges[id] = { id, ...ends };
}

/** Puts a node into the middle of an edge; what follows makes room to the right. */
export function spliceNode(catalogue: Catalogue, edgeId: string, made: DocNode): Command {
  return {
    label: { key: "change.splice" },
    recipe: (draft) => {
      const edge = draft.edges[edgeId];
      if (!edge) return;
      const old = { ...edge };
      makeRoom(draft, old);
      draft.nodes[made.id] = { ...made, position: betweenSpot(draft, catalogue, old, made) };
      threadThrough(draft, catalogue, old, made.id);
    },
  };
}

/** The same for a node that stands on the canvas already and has no edges yet. */
export function spliceExisting(catalogue: Catalogue, edgeId: string, nodeId: string, at: Point): Command {
  return {
    label: { key: "change.splice" },
    recipe: (draft) => {
      const edge = draft.edges[edgeId];
      const node = draft.nodes[nodeId];
      if (!edge || !node) return;
      node.position = snap(at);
      threadThrough(draft, catalogue, { ...edge }, nodeId);
    },
  };
}

function threadThrough(draft: Doc, catalogue: Catalogue, old: DocEdge, nodeId: string): void {
  const input = inputFor(plain(draft), catalogue, nodeId);
  const output = outputFor(plain(draft), catalogue, nodeId);
  if (!input) return;
  delete draft.edges[old.id];
  join(draft, catalogue, {
    source: old.source,
    sourcePort: old.sourcePort,
    target: nodeId,
    targetPort: input.key,
  });
  if (output)
    join(draft, catalogue, {
      source: nodeId,
      sourcePort: output.key,
      target: old.target,
      targetPort: old.targetPort,
    });
}

function makeRoom(draft: Doc, edge: DocEdge): void {
  const [source, target] = [draft.nodes[edge.source], draft.nodes[edge.target]];
  if (!source || !target) return;
  const needed = source.position.x + 2 * (NODE_WIDTH + GAP_X) - target.position.x;
  if (needed <= 0) return;
  for (const id of downstream(plain(draft), [target.id])) {
    const node = draft.nodes[id];
    if (node) node.position = snap({ x: node.position.x + needed, y: node.position.y });
  }
}

function betweenSpot(draft: Doc, catalogue: Catalogue, edge: DocEdge, made: DocNode): Point {
  const [source, target] = [draft.nodes[edge.source], draft.nodes[edge.target]];
  if (!source || !target) return snap(made.position);
  const middle = heightOf(plain(draft), catalogue, target.id) / 2;
  const own = nodeHeight(portsOf(catalogue.byType.get(made.type), made.config));
  return snap({ x: source.position.x + NODE_WIDTH + GAP_X, y: target.position.y + middle - own / 2 });
}

/** Deletes nodes and edges. A single node taken out of a chain leaves the chain whole. */
export function deleteItems(
  catalogue: Catalogue,
  nodeIds: readonly string[],
  edgeIds: readonly string[],
): Command {
  const count = nodeIds.length + (nodeIds.length ? 0 : edgeIds.length);
  return {
    label: { key: nodeIds.length ? "change.delete" : "change.disconnect", params: { count } },
    recipe: (draft) => {
      const bridge = nodeIds.length === 1 ? bridgeOver(draft, nodeIds[0] ?? "") : null;
      const gone = new Set(nodeIds);
      for (const edge of Object.values(draft.edges)) {
        if (edgeIds.includes(edge.id) || gone.has(edge.source) || gone.has(edge.target))
          delete draft.edges[edge.id];
      }
      for (const id of nodeIds) delete draft.nodes[id];
      if (bridge) join(draft, catalogue, bridge);
    },
  };
}

function bridgeOver(draft: Doc, nodeId: string): EdgeEnds | null {
  const into = Object.values(draft.edges).filter((edge) => edge.target === nodeId);
  const out = Object.values(draft.edges).filter((edge) => edge.source === nodeId);
  const [first, last] = [into[0], out[0]];
  if (into.length !== 1 || out.length !== 1 || !first || !last) return null;
  return {
    source: first.source,
    sourcePort: first.sourcePort,
    target: last.target,
    targetPort: last.targetPort,
  };
}

/** Copies nodes with the edges among them, a little lower; `ids` maps old id to new. */
export function duplicateNodes(
  document: CanvasDocument,
  nodeIds: readonly string[],
): { command: Command; ids: Map<string, string> } {
  const taken: Record<string, unknown> = { ...document.nodes };
  const ids = new Map<string, string>();
  for (const id of nodeIds) {
    const node = document.nodes[id];
    if (!node) continue;
    const copy = freshId(node.type, taken);
    taken[copy] = true;
    ids.set(id, copy);
  }
  const recipe = (draft: Doc): void => {
    for (const [old, copy] of ids) {
      const node = document.nodes[old];
      if (node)
        draft.nodes[copy] = {
          ...structuredClone(node),
          id: copy,
          position: { x: node.position.x + 40, y: node.position.y + 60 },
        };
    }
    for (const edge of Object.values(document.edges)) {
      const [source, target] = [ids.get(edge.source), ids.get(edge.target)];
      if (!source || !target) continue;
      const id = freshId("e", draft.edges);
      draft.edges[id] = { ...edge, id, source, target };
    }
  };
  return { command: { label: { key: "change.duplicate", params: { count: ids.size } }, recipe }, ids };
}

/** New settings of a node. Edges on ports that the new settings took away go with them. */
export function setConfig(catalogue: Catalogue, nodeId: string, config: Config): Command {
  return {
    label: { key: "change.config" },
    mergeKey: `config:${nodeId}`,
    recipe: (draft) => {
      const node = draft.nodes[nodeId];
      if (!node) return;
      const before = plain(draft).nodes[nodeId]?.config ?? {};
      node.config = config;
      dropLostEdges(draft, nodeId, lostPorts(catalogue, node.type, before, config));
    },
  };
}

interface Lost {
  inputs: Set<string>;
  outputs: Set<string>;
}

/** Ports that were there before and are not any more. Ports this editor never showed are left alone. */
function lostPorts(catalogue: Catalogue, type: string, before: Config, now: Config): Lost {
  const entry = catalogue.byType.get(type);
  const [old, fresh] = [portsOf(entry, before), portsOf(entry, now)];
  const gone = (a: Port[], b: Port[]) =>
    new Set(a.map((port) => port.key).filter((key) => !b.some((port) => port.key === key)));
  return { inputs: gone(old.inputs, fresh.inputs), outputs: gone(old.outputs, fresh.outputs) };
}

function dropLostEdges(draft: Doc, nodeId: string, lost: Lost): void {
  for (const edge of Object.values(draft.edges)) {
    const out = edge.source === nodeId && lost.outputs.has(edge.sourcePort);
    if (out || (edge.target === nodeId && lost.inputs.has(edge.targetPort))) delete draft.edges[edge.id];
  }
}

export function renameNode(nodeId: string, label: string): Command {
  return {
    label: { key: "change.rename" },
    mergeKey: `label:${nodeId}`,
    recipe: (draft) => {
      const node = draft.nodes[nodeId];
      if (!node) return;
      if (label.trim()) node.label = label;
      else delete node.label;
    },
  };
}

export function setSettings(changes: Partial<Omit<Settings, "kind">>): Command {
  return {
    label: { key: "change.settings" },
    mergeKey: `settings:${Object.keys(changes).sort().join()}`,
    recipe: (draft) => {
      Object.assign(draft.settings, changes);
    },
  };
}

/** Joins two nodes by the ports that fit best; used by keyboard and outline. */
export function connectNodes(
  document: CanvasDocument,
  catalogue: Catalogue,
  source: string,
  target: string,
): EdgeEnds | null {
  const from = document.nodes[source];
  const output =
    from &&
    (outputFor(document, catalogue, source) ??
      mainPort(portsOf(catalogue.byType.get(from.type), from.config).outputs));
  const input = inputFor(document, catalogue, target);
  if (!output || !input) return null;
  const ends = { source, sourcePort: output.key, target, targetPort: input.key };
  return refuseEdge(document, catalogue, ends) ? null : ends;
}

/** Rules read the document many times: a plain snapshot is faster and safer than a draft. */
function plain(draft: Doc): CanvasDocument {
  return (isDraft(draft) ? current(draft) : draft) as CanvasDocument;
}
