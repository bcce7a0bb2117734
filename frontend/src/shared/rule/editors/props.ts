import type { PlacedProblem } from "@/shared/form/schema";
import type { RuleCatalogue } from "../catalogue";
import type { Words } from "../model/sentence";
import type { Condition } from "../types";

/** What the editor of one condition gets; pointers of problems are relative to the condition. */
export interface EditorProps {
  rule: Condition;
  onChange: (next: Condition) => void;
  problems: PlacedProblem[];
  words: Words;
  catalogue: RuleCatalogue;
  lang: string;
  disabled?: boolean;
}

export function badAt(problems: PlacedProblem[], ...names: string[]): boolean {
  return problems.some((problem) => names.some((name) => problem.pointer.startsWith(`/${name}`)));
}
