/** From the document to React Flow's arrays. Keeps the object of a node or edge that did not change. */
import type { Edge, Node } from "@xyflow/react";
import type { Catalogue } from "../model/catalogue";
import type { DocEdge, DocNode, Point } from "../model/document";
import { portsOf } from "../model/ports";
import { NODE_WIDTH, nodeHeight } from "../model/size";

export type CardNode = Node<{ id: string }, "card">;
export type CountedEdge = Edge<{ id: string }, "counted">;

interface NodeParts {
  node: DocNode;
  at: Point;
  selected: boolean;
  ariaLabel: string;
}

export type NodeCache = Map<string, NodeParts & { made: CardNode }>;
export type EdgeCache = Map<string, { edge: DocEdge; made: CountedEdge }>;

export interface NodeInput {
  nodes: Record<string, DocNode>;
  catalogue: Catalogue;
  drag: Readonly<Record<string, Point>>;
  selected: ReadonlySet<string>;
  ariaLabel: (node: DocNode) => string;
}

export function mapNodes(input: NodeInput, cache: NodeCache): CardNode[] {
  const next = Object.values(input.nodes).map((node) => {
    const parts: NodeParts = {
      node,
      at: input.drag[node.id] ?? node.position,
      selected: input.selected.has(node.id),
      ariaLabel: input.ariaLabel(node),
    };
    const known = cache.get(node.id);
    if (known && samePoints(known, parts)) return known.made;
    const made = makeCard(parts, input.catalogue);
    cache.set(node.id, { ...parts, made });
    return made;
  });
  for (const id of cache.keys()) if (!(id in input.nodes)) cache.delete(id);
  return next;
}

function samePoints(a: NodeParts, b: NodeParts): boolean {
  const still = a.at.x === b.at.x && a.at.y === b.at.y;
  return a.node === b.node && still && a.selected === b.selected && a.ariaLabel === b.ariaLabel;
}

function makeCard({ node, at, selected, ariaLabel }: NodeParts, catalogue: Catalogue): CardNode {
  const height = nodeHeight(portsOf(catalogue.byType.get(node.type), node.config));
  return {
    id: node.id,
    type: "card",
    position: at,
    data: { id: node.id },
    selected,
    ariaLabel,
    // Known sizes: culling, layout and the minimap need no measuring, and the drawing agrees with model/size.
    width: NODE_WIDTH,
    height,
    measured: { width: NODE_WIDTH, height },
  };
}

export interface EdgeInput {
  edges: Record<string, DocEdge>;
  selected: ReadonlySet<string>;
  ariaLabel: (edge: DocEdge) => string;
  /** The port at which the edge can be drawn: its own, or the main one when the node does not show its own. */
  drawnPort: (edge: DocEdge, end: "source" | "target") => string;
}

export function mapEdges(input: EdgeInput, cache: EdgeCache): CountedEdge[] {
  const next = Object.values(input.edges).map((edge) => {
    const known = cache.get(edge.id)?.made;
    const made = makeEdge(edge, input);
    if (known && cache.get(edge.id)?.edge === edge && sameDrawing(known, made)) return known;
    cache.set(edge.id, { edge, made });
    return made;
  });
  for (const id of cache.keys()) if (!(id in input.edges)) cache.delete(id);
  return next;
}

function sameDrawing(a: CountedEdge, b: CountedEdge): boolean {
  const same = a.selected === b.selected && a.ariaLabel === b.ariaLabel;
  return same && a.sourceHandle === b.sourceHandle && a.targetHandle === b.targetHandle;
}

function makeEdge(edge: DocEdge, { selected, ariaLabel, drawnPort }: EdgeInput): CountedEdge {
  return {
    id: edge.id,
    type: "counted",
    source: edge.source,
    sourceHandle: drawnPort(edge, "source"),
    target: edge.target,
    targetHandle: drawnPort(edge, "target"),
    data: { id: edge.id },
    selected: selected.has(edge.id),
    ariaLabel: ariaLabel(edge),
  };
}
