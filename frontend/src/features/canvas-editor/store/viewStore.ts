/** What one person looks at: selection, mode, open panel, positions during a drag. Neither saved nor undone. */
import { type StoreApi, createStore } from "zustand/vanilla";
import type { Point } from "../model/document";

export type Mode = "edit" | "data";
export type Panel = "auto" | "checklist" | "versions";
export type Dialog = "publish" | "runNow" | "help" | null;

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

export interface ViewData {
  mode: Mode;
  panel: Panel;
  dialog: Dialog;
  selection: Selection;
  /** Cards that are being dragged: where they are now, before the drop makes it a change. */
  drag: Readonly<Record<string, Point>>;
  dropEdge: string | null;
  picker: Picker | null;
  /** Sentence for the live region; `seq` makes equal sentences be said again. */
  announcement: { text: string; seq: number };
  /** A port of the run whose people are looked at. */
  people: { node: string; port?: string } | null;
}

export type ViewStore = StoreApi<ViewData>;

const NOTHING: Selection = { nodes: [], edges: [] };

export function createViewStore(initial: Partial<ViewData> = {}): ViewStore {
  return createStore<ViewData>(() => ({
    mode: "edit",
    panel: "auto",
    dialog: null,
    selection: NOTHING,
    drag: {},
    dropEdge: null,
    picker: null,
    announcement: { text: "", seq: 0 },
    people: null,
    ...initial,
  }));
}

export function select(view: ViewStore, nodes: readonly string[], edges: readonly string[] = []): void {
  view.setState({ selection: { nodes, edges }, ...(nodes.length ? { panel: "auto" as const } : {}) });
}

export function announce(view: ViewStore, text: string): void {
  view.setState((state) => ({ announcement: { text, seq: state.announcement.seq + 1 } }));
}
