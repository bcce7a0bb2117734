/** The editor of one canvas: its three stores and what every part of the editor needs to know. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Catalogue, Lang } from "../model/catalogue";
import type { CanvasDocument } from "../model/document";
import type { Words } from "../model/summary";
import { type DocumentState, type DocumentStore, createDocumentStore } from "./documentStore";
import { type OverlayData, type OverlayStore, createOverlayStore } from "./overlayStore";
import { type ViewData, type ViewStore, createViewStore } from "./viewStore";

export interface Editor {
  canvasId: string;
  catalogue: Catalogue;
  document: DocumentStore;
  view: ViewStore;
  overlay: OverlayStore;
}

export function createEditor(canvasId: string, document: CanvasDocument, catalogue: Catalogue): Editor {
  return {
    canvasId,
    catalogue,
    document: createDocumentStore(document),
    view: createViewStore(),
    overlay: createOverlayStore(),
  };
}

/** Things that change rarely and for all at once. */
export interface Surroundings {
  editor: Editor;
  lang: Lang;
  words: Words;
  readOnly: boolean;
}

export const EditorContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(EditorContext);
  if (!surroundings) throw new Error("The canvas editor's parts live inside EditorContext.");
  return surroundings;
}

export function useEditor(): Editor {
  return useSurroundings().editor;
}

export function useDocument<T>(selector: (state: DocumentState) => T): T {
  return useStore(useEditor().document, selector);
}

export function useView<T>(selector: (state: ViewData) => T): T {
  return useStore(useEditor().view, selector);
}

export function useOverlay<T>(selector: (state: OverlayData) => T): T {
  return useStore(useEditor().overlay, selector);
}

/** The document on the screen: the draft, or in data mode the published version that the run follows. */
export function useShown<T>(selector: (document: CanvasDocument) => T): T {
  const draft = useDocument((state) => selector(state.document));
  const data = useView((state) => state.mode === "data");
  const published = useOverlay((state) => state.published);
  return data && published ? selector(published) : draft;
}

/** May the graph be changed right now? */
export function useEditable(): boolean {
  const { readOnly } = useSurroundings();
  return useView((state) => state.mode === "edit") && !readOnly;
}
