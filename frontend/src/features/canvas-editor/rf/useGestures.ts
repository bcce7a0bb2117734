/** Pointer gestures on the surface, each ended by one action: drag, connect, drop, select, double-click. */
import {
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type IsValidConnection,
  type NodeChange,
  type OnConnectEnd,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type FocusEvent, type MouseEvent, useMemo } from "react";
import * as commands from "../model/commands";
import * as joining from "../model/joining";
import { refuseEdge } from "../model/connect";
import { type Point, edgesInto, edgesOutOf, snap } from "../model/document";
import { connectPorts, connectToNode, placeType } from "../store/actions";
import { type Editor, useEditable, useEditor } from "../store/editor";
import { select } from "../store/viewStore";
import { carriesType, edgeUnder, nodeUnder, typeOf } from "./dnd";
import type { CardNode, CountedEdge } from "./mapping";

type ToFlow = (point: Point) => Point;

export function useGestures() {
  const editor = useEditor();
  const editable = useEditable();
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(
    () => ({
      flow: { ...selecting(editor), ...dragging(editor), ...connecting(editor, screenToFlowPosition) },
      surface: { ...focusing(editor), ...(editable ? dropping(editor, screenToFlowPosition) : {}) },
    }),
    [editor, editable, screenToFlowPosition],
  );
}

function selecting(editor: Editor) {
  return {
    onNodesChange: (changes: NodeChange<CardNode>[]) => {
      const picked = changes.filter((change) => change.type === "select");
      if (picked.length) choose(editor, "nodes", picked);
    },
    onEdgesChange: (changes: EdgeChange<CountedEdge>[]) => {
      const picked = changes.filter((change) => change.type === "select");
      if (picked.length) choose(editor, "edges", picked);
    },
    onEdgeMouseEnter: (_: unknown, edge: CountedEdge) => editor.view.setState({ hoverEdge: edge.id }),
    onEdgeMouseLeave: () => editor.view.setState({ hoverEdge: null }),
    onPaneClick: () => editor.view.setState({ picker: null }),
    onMoveStart: () => editor.view.setState({ picker: null }),
  };
}

function choose(editor: Editor, part: "nodes" | "edges", changes: { id: string; selected: boolean }[]): void {
  editor.view.setState((state) => {
    const chosen = new Set(state.selection[part]);
    for (const change of changes) {
      if (change.selected) chosen.add(change.id);
      else chosen.delete(change.id);
    }
    const opens = part === "nodes" && changes.some((change) => change.selected);
    return {
      selection: { ...state.selection, [part]: [...chosen] },
      ...(opens ? { panel: "auto" as const } : {}),
    };
  });
}

function dragging(editor: Editor) {
  const follow = (_: unknown, __: unknown, nodes: CardNode[]) =>
    editor.view.setState({ drag: Object.fromEntries(nodes.map((node) => [node.id, node.position])) });
  const drop = (event: globalThis.MouseEvent | TouchEvent | MouseEvent, __: unknown, nodes: CardNode[]) => {
    const edge = "clientX" in event ? loneNodeOverEdge(editor, event, nodes) : null;
    const [node] = nodes;
    const { run } = editor.document.getState();
    if (edge && node) run(joining.spliceExisting(editor.catalogue, edge, node.id, node.position));
    else run(commands.moveNodes(Object.fromEntries(nodes.map((moved) => [moved.id, snap(moved.position)]))));
    editor.view.setState({ drag: {} });
  };
  return {
    onNodeDrag: follow,
    onNodeDragStop: drop,
    onSelectionDrag: (_: unknown, nodes: CardNode[]) => follow(_, _, nodes),
    onSelectionDragStop: (event: MouseEvent, nodes: CardNode[]) => drop(event, null, nodes),
  };
}

/** A step without connections, dropped on one, goes into it. */
function loneNodeOverEdge(
  editor: Editor,
  event: { clientX: number; clientY: number },
  nodes: CardNode[],
): string | null {
  const [node] = nodes;
  if (nodes.length !== 1 || !node) return null;
  const { document } = editor.document.getState();
  if (edgesInto(document, node.id).length || edgesOutOf(document, node.id).length) return null;
  return edgeUnder(event);
}

function connecting(editor: Editor, toFlow: ToFlow) {
  const isValidConnection: IsValidConnection<CountedEdge> = (connection) => {
    const { document } = editor.document.getState();
    return refuseEdge(document, editor.catalogue, endsOf(connection as Connection)) === null;
  };
  const onConnectEnd: OnConnectEnd = (event, state) => {
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    if (point && !state.isValid) finishElsewhere(editor, state, point, toFlow);
  };
  return {
    isValidConnection,
    onConnectEnd,
    onConnect: (connection: Connection) => void connectPorts(editor, endsOf(connection)),
  };
}

function endsOf(connection: Connection) {
  return {
    source: connection.source,
    sourcePort: connection.sourceHandle ?? "out",
    target: connection.target,
    targetPort: connection.targetHandle ?? "in",
  };
}

/** Let go over a card: the fitting port. Over nothing: the list of what could come next. */
function finishElsewhere(
  editor: Editor,
  state: FinalConnectionState,
  point: { clientX: number; clientY: number },
  toFlow: ToFlow,
): void {
  const from = state.fromHandle;
  if (!from || from.type !== "source") return;
  const port = from.id ?? "out";
  const over = nodeUnder(point);
  if (over) {
    if (over !== from.nodeId) connectToNode(editor, from.nodeId, port, over);
    return;
  }
  const at = toFlow({ x: point.clientX, y: point.clientY });
  const intent = { kind: "append" as const, node: from.nodeId, port, at: { x: at.x, y: at.y - 28 } };
  editor.view.setState({ picker: { intent, screen: { x: point.clientX + 8, y: point.clientY - 8 } } });
}

/** Tab is the pointer of the keyboard: what it reaches is selected, and its settings open beside it. */
function focusing(editor: Editor) {
  return {
    onFocus: (event: FocusEvent) => {
      const { target } = event;
      if (!(target instanceof Element) || !target.matches(":focus-visible")) return;
      const reached = target.closest<HTMLElement>(".react-flow__node, .react-flow__edge");
      const id = reached?.dataset.id;
      if (!id || isSelected(editor, id)) return;
      if (reached.matches(".react-flow__node")) select(editor.view, [id]);
      else select(editor.view, [], [id]);
    },
  };
}

function isSelected(editor: Editor, id: string): boolean {
  const { nodes, edges } = editor.view.getState().selection;
  return nodes.includes(id) || edges.includes(id);
}

function dropping(editor: Editor, toFlow: ToFlow) {
  const mark = (edge: string | null) => {
    if (editor.view.getState().dropEdge !== edge) editor.view.setState({ dropEdge: edge });
  };
  return {
    onDragOver: (event: DragEvent) => {
      if (!carriesType(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      mark(edgeUnder(event));
    },
    onDragLeave: () => mark(null),
    onDrop: (event: DragEvent) => {
      const type = typeOf(event);
      const edge = edgeUnder(event);
      mark(null);
      if (!type) return;
      event.preventDefault();
      const at = toFlow({ x: event.clientX, y: event.clientY });
      placeType(editor, type, edge ? { kind: "splice", edge } : { kind: "free", at });
    },
    onDoubleClick: (event: MouseEvent) => {
      if (!(event.target as HTMLElement).classList.contains("react-flow__pane")) return;
      const at = toFlow({ x: event.clientX, y: event.clientY });
      editor.view.setState({
        picker: { intent: { kind: "free", at }, screen: { x: event.clientX, y: event.clientY } },
      });
    },
  };
}
