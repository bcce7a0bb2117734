/** What the server says about the canvas: counts, problems, the run. Never part of the document. */
import { type StoreApi, createStore } from "zustand/vanilla";
import type { CanvasDocument } from "../model/document";
import type { Estimate, RunFigures } from "../model/figures";
import type { CanvasProblem } from "../model/problems";

export interface OverlayData {
  estimate: Estimate | null;
  /** People per edge id, derived from the estimate for the document it was made of. */
  edgeEstimate: Readonly<Record<string, number>>;
  estimating: boolean;
  problems: readonly CanvasProblem[];
  problemsOf: ReadonlyMap<string, readonly CanvasProblem[]>;
  checking: boolean;
  run: RunFigures | null;
  /** The published graph that the run follows: what data mode draws, whatever the draft has become. */
  published: CanvasDocument | null;
}

export type OverlayStore = StoreApi<OverlayData>;

export function createOverlayStore(): OverlayStore {
  return createStore<OverlayData>(() => ({
    estimate: null,
    edgeEstimate: {},
    estimating: false,
    problems: [],
    problemsOf: new Map(),
    checking: false,
    run: null,
    published: null,
  }));
}
