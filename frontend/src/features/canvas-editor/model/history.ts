/** Undo and redo as immer patches with names. Pure: takes a state, gives the next one. */
import { type Draft, type Patch, applyPatches, enablePatches, produceWithPatches } from "immer";
import type { CanvasDocument } from "./document";

enablePatches();

/** Name of a change, translated where it is shown. */
export interface ChangeLabel {
  key: string;
  params?: Record<string, string | number>;
}

export interface Command {
  label: ChangeLabel;
  /** Changes with the same key in quick succession (typing) become one entry. */
  mergeKey?: string;
  recipe: (draft: Draft<CanvasDocument>) => CanvasDocument | void;
}

export interface Entry {
  label: ChangeLabel;
  mergeKey?: string;
  at: number;
  forward: Patch[];
  inverse: Patch[];
}

export interface Edited {
  document: CanvasDocument;
  past: readonly Entry[];
  future: readonly Entry[];
}

const DEPTH = 200;
const MERGE_WITHIN_MS = 1200;

export function startHistory(document: CanvasDocument): Edited {
  return { document, past: [], future: [] };
}

export function apply(state: Edited, command: Command, at: number): Edited {
  const [document, forward, inverse] = produceWithPatches(state.document, command.recipe);
  if (forward.length === 0) return state;
  const entry: Entry = { label: command.label, at, forward, inverse };
  if (command.mergeKey !== undefined) entry.mergeKey = command.mergeKey;
  return { document, past: push(state.past, entry), future: [] };
}

function push(past: readonly Entry[], entry: Entry): Entry[] {
  const last = past.at(-1);
  const joins =
    last?.mergeKey !== undefined && last.mergeKey === entry.mergeKey && entry.at - last.at < MERGE_WITHIN_MS;
  if (!joins) return [...past, entry].slice(-DEPTH);
  const joined = {
    ...entry,
    forward: [...last.forward, ...entry.forward],
    inverse: [...entry.inverse, ...last.inverse],
  };
  return [...past.slice(0, -1), joined];
}

export function undo(state: Edited): Edited {
  const entry = state.past.at(-1);
  if (!entry) return state;
  return {
    document: applyPatches(state.document, entry.inverse),
    past: state.past.slice(0, -1),
    future: [...state.future, entry],
  };
}

export function redo(state: Edited): Edited {
  const entry = state.future.at(-1);
  if (!entry) return state;
  return {
    document: applyPatches(state.document, entry.forward),
    // A redone entry must not swallow the next keystroke.
    past: [...state.past, { ...entry, at: 0 }],
    future: state.future.slice(0, -1),
  };
}
