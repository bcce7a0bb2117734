/** What one person looks at: selection, mode, open panel, positions during a drag. Neither saved nor undone. */
import { type StoreApi, createStore } from "zustand/vanilla";
import type { Point } from "../model/document";
import type { Trail } from "../model/trial";

export type Mode = "edit" | "data";
export type Panel = "auto" | "checklist" | "versions" | "trial";
export type Dialog = "publish" | "resume" | "runNow" | "help" | null;

/** What the node list was opened for. */
export type Intent =
  | { kind: "free"; at: Point }
  | { kind: "append"; node: string; port: string; at?: Point }
  | { kind: "splice"; edge: string };

export interface Picker {
  intent: Intent;
  /** Where on the screen it opens, in client pixels. */
  screen: Point;
}

export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}

export interface Announcement {
  key: string;
  params: Record<string, string | number>;
  seq: number;
}

export interface ViewData {
  mode: Mode;
  panel: Panel;
  /** The palette is folded away to give the canvas its width. */
  folded: boolean;
  dialog: Dialog;
  selection: Selection;
  /** Cards that are being dragged: where they are now, before the drop makes it a change. */
  drag: Readonly<Record<string, Point>>;
  /** Connection under a step that is being dragged, and the one under the pointer. */
  dropEdge: string | null;
  hoverEdge: string | null;
  picker: Picker | null;
  /** Said by the live region and shown for a moment; `seq` makes equal sentences be said again. */
  announcement: Announcement;
  /** What the drawing surface can be asked for; it sets these itself. */
  fit: () => void;
  /** The first view: whole if readable, else from the start on. */
  open: () => void;
  /** Puts a step in the middle. */
  reveal: (id: string) => void;
  /** Pans just so far that a step is in sight. */
  show: (id: string) => void;
  centre: () => Point;
  /** A port of the run whose people are looked at. */
  people: { node: string; port?: string } | null;
  /** The way of the person whose test run is looked at. */
  trail: Trail | null;
}

export type ViewStore = StoreApi<ViewData>;

const NOTHING: Selection = { nodes: [], edges: [] };

export function createViewStore(initial: Partial<ViewData> = {}): ViewStore {
  return createStore<ViewData>(() => ({
    mode: "edit",
    panel: "auto",
    folded: false,
    dialog: null,
    selection: NOTHING,
    drag: {},
    dropEdge: null,
    hoverEdge: null,
    picker: null,
    announcement: { key: "", params: {}, seq: 0 },
    people: null,
    trail: null,
    fit: () => undefined,
    open: () => undefined,
    reveal: () => undefined,
    show: () => undefined,
    centre: () => ({ x: 0, y: 0 }),
    ...initial,
  }));
}

export function select(view: ViewStore, nodes: readonly string[], edges: readonly string[] = []): void {
  view.setState({ selection: { nodes, edges }, ...(nodes.length ? { panel: "auto" as const } : {}) });
}

export function announce(view: ViewStore, key: string, params: Announcement["params"] = {}): void {
  view.setState((state) => ({ announcement: { key, params, seq: state.announcement.seq + 1 } }));
}
