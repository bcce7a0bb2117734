/** The rules of connecting: which edge may be drawn, and why not. */
import { type Catalogue, fitsKind, isSource } from "./catalogue";
import type { CanvasDocument, DocEdge } from "./document";
import { type Port, mainPort, portsOf } from "./ports";
import { closesCycle } from "./topology";

export type EdgeEnds = Pick<DocEdge, "source" | "sourcePort" | "target" | "targetPort">;
export type Refusal = "self" | "missing_node" | "into_source" | "no_port" | "duplicate" | "cycle";

/** Why these ends must not be joined; null when they may. */
export function refuseEdge(document: CanvasDocument, catalogue: Catalogue, ends: EdgeEnds): Refusal | null {
  const source = document.nodes[ends.source];
  const target = document.nodes[ends.target];
  if (!source || !target) return "missing_node";
  if (source.id === target.id) return "self";
  const targetEntry = catalogue.byType.get(target.type);
  if (targetEntry && isSource(targetEntry)) return "into_source";
  if (!hasPort(portsOf(catalogue.byType.get(source.type), source.config).outputs, ends.sourcePort))
    return "no_port";
  if (!hasPort(portsOf(targetEntry, target.config).inputs, ends.targetPort)) return "no_port";
  if (Object.values(document.edges).some((edge) => sameEnds(edge, ends))) return "duplicate";
  if (leadsBack(document, catalogue, ends)) return null;
  const forward = { ...document, edges: withoutBack(document, catalogue) };
  return closesCycle(forward, ends.source, ends.target) ? "cycle" : null;
}

/** Does it leave by a port whose edges may close a circle? */
function leadsBack(
  document: CanvasDocument,
  catalogue: Catalogue,
  ends: Pick<EdgeEnds, "source" | "sourcePort">,
): boolean {
  const node = document.nodes[ends.source];
  const { outputs } = portsOf(node && catalogue.byType.get(node.type), node?.config ?? {});
  return outputs.some((port) => port.key === ends.sourcePort && port.back === true);
}

function withoutBack(document: CanvasDocument, catalogue: Catalogue): CanvasDocument["edges"] {
  return Object.fromEntries(
    Object.entries(document.edges).filter(([, edge]) => !leadsBack(document, catalogue, edge)),
  );
}

/** May a node of this type stand on this canvas at all? */
export function refuseType(
  document: CanvasDocument,
  catalogue: Catalogue,
  type: string,
): "unknown_type" | "wrong_kind" | null {
  const entry = catalogue.byType.get(type);
  if (!entry) return "unknown_type";
  return fitsKind(entry, document.settings.kind) ? null : "wrong_kind";
}

export function inputFor(document: CanvasDocument, catalogue: Catalogue, nodeId: string): Port | undefined {
  const node = document.nodes[nodeId];
  if (!node) return undefined;
  const { inputs } = portsOf(catalogue.byType.get(node.type), node.config);
  const taken = new Set(
    Object.values(document.edges).flatMap((edge) => (edge.target === nodeId ? edge.targetPort : [])),
  );
  const free = inputs.filter((port) => !taken.has(port.key));
  return mainPort(free) ?? mainPort(inputs);
}

export function outputFor(document: CanvasDocument, catalogue: Catalogue, nodeId: string): Port | undefined {
  const node = document.nodes[nodeId];
  if (!node) return undefined;
  const { outputs } = portsOf(catalogue.byType.get(node.type), node.config);
  const taken = new Set(
    Object.values(document.edges).flatMap((edge) => (edge.source === nodeId ? edge.sourcePort : [])),
  );
  const free = outputs.filter((port) => !taken.has(port.key));
  return mainPort(free) ?? mainPort(outputs);
}

function hasPort(ports: Port[], key: string): boolean {
  return ports.some((port) => port.key === key);
}

function sameEnds(edge: EdgeEnds, ends: EdgeEnds): boolean {
  return (
    edge.source === ends.source &&
    edge.sourcePort === ends.sourcePort &&
    edge.target === ends.target &&
    edge.targetPort === ends.targetPort
  );
}
