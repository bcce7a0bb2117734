/** What a person does, as one step: model commands plus the selection and the words that follow from them. */
import * as commands from "../model/commands";
import * as joining from "../model/joining";
import { type EdgeEnds, outputFor, refuseEdge, refuseType } from "../model/connect";
import { type Point, snap } from "../model/document";
import { boxes, freeSpot } from "../model/place";
import { portsOf } from "../model/ports";
import { NODE_WIDTH, nodeHeight } from "../model/size";
import type { Editor } from "./editor";
import { type Intent, announce, select } from "./viewStore";

/** Puts a new node where the intent says; gives its id, or null when it may not stand here. */
export function placeType(editor: Editor, type: string, intent: Intent): string | null {
  const { document, run } = editor.document.getState();
  const refusal = refuseType(document, editor.catalogue, type);
  if (refusal) {
    announce(editor.view, `refused.${refusal}`);
    return null;
  }
  const made = commands.makeNode(
    document,
    editor.catalogue,
    type,
    intent.kind === "free" ? intent.at : { x: 0, y: 0 },
  );
  if (intent.kind === "append") run(joining.appendNode(editor.catalogue, intent, made, intent.at));
  else if (intent.kind === "splice") run(joining.spliceNode(editor.catalogue, intent.edge, made));
  else run(commands.addNode({ ...made, position: besideOthers(editor, made.position, type) }));
  editor.view.setState({ picker: null });
  select(editor.view, [made.id]);
  announce(editor.view, "said.added");
  // React Flow knows the new card only after the next drawing.
  requestAnimationFrame(() => requestAnimationFrame(() => editor.view.getState().show(made.id)));
  return made.id;
}

function besideOthers(editor: Editor, at: Point, type: string): Point {
  const { document } = editor.document.getState();
  const entry = editor.catalogue.byType.get(type);
  const height = nodeHeight(portsOf(entry, entry?.defaults ?? {}));
  return freeSpot(
    boxes(document, editor.catalogue).values(),
    { x: at.x - NODE_WIDTH / 2, y: at.y - 40 },
    height,
  );
}

export function connectPorts(editor: Editor, ends: EdgeEnds): boolean {
  const { document, run } = editor.document.getState();
  const refusal = refuseEdge(document, editor.catalogue, ends);
  if (refusal) {
    announce(editor.view, `refused.${refusal}`);
    return false;
  }
  run(joining.connect(editor.catalogue, ends));
  announce(editor.view, "said.connected");
  return true;
}

/** An edge dropped on a card rather than on one of its ports takes the port that fits. */
export function connectToNode(editor: Editor, source: string, sourcePort: string, target: string): boolean {
  const { document } = editor.document.getState();
  const fitting = joining.connectNodes(document, editor.catalogue, source, target);
  const targetPort = fitting?.targetPort ?? "in";
  return connectPorts(editor, { source, sourcePort, target, targetPort });
}

export function removeSelection(editor: Editor): void {
  const { nodes, edges } = editor.view.getState().selection;
  if (!nodes.length && !edges.length) return;
  editor.document.getState().run(commands.deleteItems(editor.catalogue, nodes, edges));
  select(editor.view, []);
  announce(editor.view, nodes.length ? "said.deleted" : "said.disconnected", { count: nodes.length });
}

export function duplicateSelection(editor: Editor): void {
  const { nodes } = editor.view.getState().selection;
  if (!nodes.length) return;
  const { document, run } = editor.document.getState();
  const { command, ids } = commands.duplicateNodes(document, nodes);
  run(command);
  select(editor.view, [...ids.values()]);
}

export function moveSelection(editor: Editor, by: Point): void {
  const { document, run } = editor.document.getState();
  const positions = editor.view.getState().selection.nodes.flatMap((id) => {
    const node = document.nodes[id];
    return node ? [[id, snap({ x: node.position.x + by.x, y: node.position.y + by.y })] as const] : [];
  });
  if (!positions.length) return;
  run({
    ...commands.moveNodes(Object.fromEntries(positions)),
    mergeKey: `nudge:${positions.map(([id]) => id).join()}`,
  });
  announce(editor.view, "said.moved");
}

export function stepBack(editor: Editor): void {
  const entry = editor.document.getState().past.at(-1);
  if (!entry) return;
  editor.document.getState().undo();
  dropLostSelection(editor);
  announce(editor.view, "said.undone");
}

export function stepForward(editor: Editor): void {
  const entry = editor.document.getState().future.at(-1);
  if (!entry) return;
  editor.document.getState().redo();
  dropLostSelection(editor);
  announce(editor.view, "said.redone");
}

function dropLostSelection(editor: Editor): void {
  const { document } = editor.document.getState();
  const { nodes, edges } = editor.view.getState().selection;
  editor.view.setState({
    selection: {
      nodes: nodes.filter((id) => id in document.nodes),
      edges: edges.filter((id) => id in document.edges),
    },
  });
}

/** The exit of a step that a new step after it would take. */
export function nextPort(editor: Editor, id: string): string | null {
  return outputFor(editor.document.getState().document, editor.catalogue, id)?.key ?? null;
}
