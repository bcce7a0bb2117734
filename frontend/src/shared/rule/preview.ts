/**
 * The live count of a rule and of every line of it: waits until typing stops, asks once for the whole tree, drops an
 * answer that a newer question has overtaken, and leaves out what is not filled in yet.
 */
import { useEffect, useMemo, useState } from "react";
import { api } from "@/shared/api/client";
import type { FieldError, Problem } from "@/shared/api/problem";
import type { AudiencePreview, ConditionCatalogue } from "@/shared/api/types";
import type { PlacedProblem } from "@/shared/form/schema";
import { useCatalogue } from "@/shared/api/queries";
import { completePart, isComplete, type Part, placeInWhole } from "./model/complete";
import { conditionsIn } from "./model/tree";
import type { Rule } from "./types";

export const PREVIEW_DELAY = 400;
const FRESH = 30_000;
const REMEMBERED = 40;

export interface PreviewState {
  loading: boolean;
  data?: AudiencePreview;
  problem?: Problem;
  /** Something is still to be filled in: what is was counted, and the whole is not known. */
  incomplete?: boolean;
  /** Problems of the rule itself, pointers relative to it. */
  problems: PlacedProblem[];
  /** How many a part of the rule holds, as last heard. */
  countOf?: (part: Rule) => number | undefined;
}

type Known = ReadonlyMap<string, number>;
interface Answer {
  loading: boolean;
  data?: AudiencePreview;
  problem?: Problem;
  problems: PlacedProblem[];
}

const NOTHING: Answer = { loading: false, problems: [] };
const UNKNOWN: Known = new Map();

export function relativeToRule(errors: FieldError[]): PlacedProblem[] {
  return errors
    .filter((error) => error.pointer === "/rule" || error.pointer.startsWith("/rule/"))
    .map((error) => ({
      pointer: error.pointer.slice("/rule".length),
      detail: error.detail,
      code: error.code,
    }));
}

function at(root: unknown, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce((now, key) => (now as Record<string, unknown> | undefined)?.[key], root);
}

/** What a rule says → how many: equal parts have equal counts, wherever they stand. */
export function countsByText(rule: Rule, counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).map(([pointer, n]) => [JSON.stringify(at(rule, pointer)), n]);
}

function placed(
  data: AudiencePreview | undefined,
  problem: Problem | undefined,
  part: Part,
): PlacedProblem[] {
  const warnings = relativeToRule(data?.warnings ?? []).map((warning) => ({
    ...warning,
    severity: "warning" as const,
  }));
  const all = [...relativeToRule(problem?.errors ?? []), ...warnings];
  return all.map((found) => ({ ...found, pointer: placeInWhole(part, found.pointer) }));
}

/** The newest REMEMBERED counts are kept: while a new answer is awaited, a line shows what it last knew. */
function learned(known: Known, news: [string, number][]): Known {
  const merged = new Map([...known, ...news]);
  return new Map([...merged].slice(-REMEMBERED * 5));
}

const answers = new Map<string, { at: number; data: AudiencePreview }>();

async function ask(question: string, sample: number, signal: AbortSignal) {
  const key = `${sample} ${question}`;
  const kept = answers.get(key);
  if (kept && Date.now() - kept.at < FRESH) return { data: kept.data, problem: undefined };
  const body = { rule: JSON.parse(question), sample, counts: true };
  const { data, problem } = await api.post<AudiencePreview>("/audiences/preview", body, { signal });
  if (data) {
    answers.delete(key);
    answers.set(key, { at: Date.now(), data });
    if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value ?? "");
  }
  return { data, problem };
}

export function usePreview(rule: Rule | null, sample = 10): PreviewState {
  const [answer, setAnswer] = useState<Answer>(NOTHING);
  const [known, setKnown] = useState<Known>(UNKNOWN);
  const catalogue = useCatalogue<ConditionCatalogue>("conditions").data;
  const part = useMemo(() => (catalogue ? completePart(rule, catalogue) : null), [rule, catalogue]);
  const question = part ? JSON.stringify(part.rule) : "";

  useEffect(() => {
    if (!question || !part) return;
    const abort = new AbortController();
    const send = async () => {
      setAnswer((old) => ({ ...old, loading: true }));
      const { data, problem } = await ask(question, sample, abort.signal);
      if (abort.signal.aborted) return;
      if (data) setKnown((old) => learned(old, countsByText(part.rule, data.counts ?? {})));
      setAnswer({ loading: false, data, problem, problems: placed(data, problem, part) });
    };
    const timer = setTimeout(() => void send(), PREVIEW_DELAY);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
    // the question is the part, as text: an equal rule is not asked again
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [question, sample]);

  const incomplete = conditionsIn(rule).length > 0 && !!catalogue && !isComplete(rule, catalogue);
  return useMemo(
    () => ({
      ...(question ? answer : NOTHING),
      incomplete: incomplete || undefined,
      countOf: (asked: Rule) => known.get(JSON.stringify(asked)),
    }),
    [question, answer, incomplete, known],
  );
}
