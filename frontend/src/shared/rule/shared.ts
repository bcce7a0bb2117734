/** What every part of the builder gets: the whole rule, how to change it, and what is being dragged. Types only. */
import type { PlacedProblem } from "@/shared/form/schema";
import type { RuleCatalogue } from "./catalogue";
import type { Spot } from "./model/moves";
import type { Words } from "./model/sentence";
import type { Path } from "./model/tree";
import type { PreviewState } from "./preview";
import type { Rule } from "./types";

/** Where the keyboard goes after a change: the first control of a line, or its handle. */
export interface Focus {
  pointer: string;
  part: "first" | "handle";
}

export interface Drag {
  from: Path | null;
  spot: Spot | null;
}

export interface Shared {
  root: Rule | null;
  /** mark: changes with the same mark shortly after each other are one step of undo. */
  put: (next: Rule | null, mark?: string) => void;
  problems: PlacedProblem[];
  preview?: PreviewState;
  words: Words;
  catalogue: RuleCatalogue;
  lang: string;
  disabled?: boolean;
  focus: Focus | null;
  setFocus: (next: Focus | null) => void;
  drag: Drag;
  setDrag: (next: Drag) => void;
  /** Something was copied, so that it can be put in. */
  clip: Rule | null;
  copy: (rule: Rule) => void;
}
