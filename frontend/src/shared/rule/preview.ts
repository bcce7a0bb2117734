/** The live count of a rule: waits until typing stops, and drops an answer that a newer question has overtaken. */
import { useEffect, useState } from "react";
import { api } from "@/shared/api/client";
import type { FieldError, Problem } from "@/shared/api/problem";
import type { AudiencePreview, ConditionCatalogue } from "@/shared/api/types";
import type { PlacedProblem } from "@/shared/form/schema";
import { useCatalogue } from "@/shared/api/queries";
import { isComplete } from "./model/complete";
import { conditionsIn } from "./model/tree";
import type { Rule } from "./types";

export const PREVIEW_DELAY = 400;

export interface PreviewState {
  loading: boolean;
  data?: AudiencePreview;
  problem?: Problem;
  /** Something is still to be filled in: nothing was asked. */
  incomplete?: boolean;
  /** Problems of the rule itself, pointers relative to it. */
  problems: PlacedProblem[];
}

const NOTHING: PreviewState = { loading: false, problems: [] };
const INCOMPLETE: PreviewState = { loading: false, problems: [], incomplete: true };

export function relativeToRule(errors: FieldError[]): PlacedProblem[] {
  return errors
    .filter((error) => error.pointer === "/rule" || error.pointer.startsWith("/rule/"))
    .map((error) => ({
      pointer: error.pointer.slice("/rule".length),
      detail: error.detail,
      code: error.code,
    }));
}

export function usePreview(rule: Rule | null, sample = 10): PreviewState {
  const [state, setState] = useState<PreviewState>(NOTHING);
  const catalogue = useCatalogue<ConditionCatalogue>("conditions").data;
  const question = catalogue && isComplete(rule, catalogue) ? JSON.stringify(rule) : "";

  useEffect(() => {
    if (!question) return;
    const abort = new AbortController();
    const ask = async () => {
      setState((old) => ({ ...old, loading: true }));
      const body = { rule: JSON.parse(question), sample };
      const { data, problem } = await api.post<AudiencePreview>("/audiences/preview", body, {
        signal: abort.signal,
      });
      if (abort.signal.aborted) return;
      setState({ loading: false, data, problem, problems: relativeToRule(problem?.errors ?? []) });
    };
    const timer = setTimeout(() => void ask(), PREVIEW_DELAY);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question, sample]);

  if (question) return state;
  return conditionsIn(rule).length > 0 && catalogue ? INCOMPLETE : NOTHING;
}
