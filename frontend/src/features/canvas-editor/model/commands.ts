/** Every other change a marketer can make to a canvas, as named pure commands (see joining.ts for connections). */
import type { Catalogue, Config } from "./catalogue";
import { type CanvasDocument, type DocNode, type Point, type Settings, freshId, snap } from "./document";
import type { Command } from "./history";
import { bridgeOver, type Doc, join, plain } from "./joining";
import { type Port, portsOf } from "./ports";

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
