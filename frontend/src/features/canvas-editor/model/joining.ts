/** Connecting: drawing an edge, going on from a port, putting a step into an edge or taking one out of a chain. */
import { type Draft, current, isDraft } from "immer";
import type { Catalogue } from "./catalogue";
import { type EdgeEnds, inputFor, outputFor, refuseEdge } from "./connect";
import { type CanvasDocument, type DocEdge, type DocNode, type Point, freshId, snap } from "./document";
import type { Command } from "./history";
import { heightOf, spotAfter } from "./place";
import { mainPort, portsOf } from "./ports";
import { GAP_X, NODE_WIDTH, nodeHeight } from "./size";
import { downstream } from "./topology";

export type Doc = Draft<CanvasDocument>;

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

export function connect(catalogue: Catalogue, ends: EdgeEnds): Command {
  return { label: { key: "change.connect" }, recipe: (draft) => join(draft, catalogue, ends) };
}

export function join(draft: Doc, catalogue: Catalogue, ends: EdgeEnds): void {
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

export function bridgeOver(draft: Doc, nodeId: string): EdgeEnds | null {
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
export function plain(draft: Doc): CanvasDocument {
  return (isDraft(draft) ? current(draft) : draft) as CanvasDocument;
}
