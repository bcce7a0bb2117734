/**
 * The canvas as the editor edits it: nodes and edges by id, and the settings.
 * Holds no counts, no selection and no type of the drawing library.
 */
import type { CanvasKind, Config } from "./catalogue";

export interface Point {
  x: number;
  y: number;
}

/** Fields of the wire format this editor does not know: carried through untouched. */
export type Extra = Record<string, unknown>;

export interface DocNode {
  id: string;
  type: string;
  label?: string;
  config: Config;
  position: Point;
  extra?: Extra;
}

export interface DocEdge {
  id: string;
  source: string;
  sourcePort: string;
  target: string;
  targetPort: string;
  extra?: Extra;
}

export interface Active {
  from?: string | null;
  to?: string | null;
}

export interface Schedule {
  at: string[];
  repeat: "once" | "daily" | "weekly" | "monthly";
  weekdays?: string[];
  monthdays?: number[];
  interval?: number;
  /** Of occurrences when the system was down. */
  missed?: "run_once" | "skip";
}

/** A length of time in whole days, hours and minutes. */
export interface Tolerance {
  days?: number;
  hours?: number;
  minutes?: number;
}

export interface QuietHours {
  from: string;
  to: string;
}

export type EntryRule = "once" | "every_time" | { once_per: { days: number } };

export interface Goal {
  event: string;
  where?: unknown[];
  within?: { days?: number; hours?: number };
}

/** Against other canvases: who is sent first, and who gets the last place under a cap. */
export type Priority = "high" | "normal" | "low";

export interface Settings {
  name: string;
  kind: CanvasKind;
  active: Active | null;
  schedule: Schedule | null;
  quiet_hours: QuietHours | null;
  priority: Priority;
  entry: { rule: EntryRule } | null;
  exit: Record<string, unknown> | null;
  goal: Goal | null;
  /** Events older than this when they are matched trigger nothing; null: 3 days. */
  late_events?: Tolerance | null;
}

export interface CanvasDocument {
  nodes: Record<string, DocNode>;
  edges: Record<string, DocEdge>;
  settings: Settings;
  /** Unknown fields of the graph object. */
  graphExtra?: Extra;
}

export const GRID = 20;

export function snap(point: Point): Point {
  return { x: Math.round(point.x / GRID) * GRID, y: Math.round(point.y / GRID) * GRID };
}

export function edgesInto(document: CanvasDocument, nodeId: string): DocEdge[] {
  return Object.values(document.edges).filter((edge) => edge.target === nodeId);
}

export function edgesOutOf(document: CanvasDocument, nodeId: string): DocEdge[] {
  return Object.values(document.edges).filter((edge) => edge.source === nodeId);
}

/** An id that reads like its type (`send_k3f9`) and is free in `taken`. */
export function freshId(
  type: string,
  taken: Record<string, unknown>,
  random: () => number = Math.random,
): string {
  const stem =
    type
      .split(".")
      .pop()
      ?.replace(/[^a-z0-9_]/gi, "") || "n";
  for (;;) {
    const tail = Math.floor(random() * 36 ** 4)
      .toString(36)
      .padStart(4, "0");
    const id = `${stem}_${tail}`;
    if (!(id in taken)) return id;
  }
}

const wired = new WeakMap<CanvasDocument["edges"], Set<string>>();

/** "node port" of every exit that leads somewhere; reckoned once for a state of the edges, since every card asks. */
export function wiredExits({ edges }: CanvasDocument): ReadonlySet<string> {
  let exits = wired.get(edges);
  if (!exits) {
    exits = new Set(Object.values(edges).map((edge) => `${edge.source} ${edge.sourcePort}`));
    wired.set(edges, exits);
  }
  return exits;
}
