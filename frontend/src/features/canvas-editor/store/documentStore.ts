/** The document and its history: the only state that is undone and saved. Holds nothing about the view or counts. */
import { type StoreApi, createStore } from "zustand/vanilla";
import type { CanvasDocument } from "../model/document";
import { type Command, type Edited, apply, redo, startHistory, undo } from "../model/history";

export interface DocumentState extends Edited {
  run: (command: Command) => void;
  undo: () => void;
  redo: () => void;
  /** Takes another document, e.g. the server's after a conflict; history starts anew. */
  load: (document: CanvasDocument) => void;
}

export type DocumentStore = StoreApi<DocumentState>;

export function createDocumentStore(document: CanvasDocument): DocumentStore {
  return createStore<DocumentState>((set) => ({
    ...startHistory(document),
    run: (command) => set((state) => apply(state, command, Date.now())),
    undo: () => set((state) => undo(state)),
    redo: () => set((state) => redo(state)),
    load: (next) => set(startHistory(next)),
  }));
}
