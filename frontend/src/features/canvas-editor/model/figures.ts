/** Numbers of people, from an estimate or a run, laid on nodes and edges. Knows no request and no drawing. */
import type { Lang } from "./catalogue";
import type { CanvasDocument } from "./document";

export interface Estimate {
  nodes: Record<string, { in: number; out: Record<string, number> }>;
  edges?: Record<string, number>;
  as_of: string;
}

export interface RunNode {
  entered: number;
  waiting: number;
  left: Record<string, number>;
  suppressed: Record<string, number>;
  /** People who left the run here, by reason (ended, not in the result of a set operation). */
  dropped?: Record<string, number>;
  failed: number;
}

export interface RunFigures {
  id: string;
  version?: number;
  status: "running" | "waiting" | "finished" | "failed" | "stopped";
  started_at: string | null;
  finished_at: string | null;
  sample: Record<string, unknown> | null;
  nodes: Record<string, RunNode>;
  edges: Record<string, number>;
  check: { entered: number; inside: number; left: number; balanced: boolean };
  /** Steps that can't be done, and how many people wait there. */
  failures?: { node: string; label: string; people: number; reason: string }[];
  /** Why it was not started, or stopped by itself. */
  error?: string | null;
  alarm?: { since: string; equations: unknown[] } | null;
  goal?: { event: string; people: number; value: string | null } | null;
}

export interface NodeFigures {
  entered: number;
  waiting: number;
  done: number;
  held: number;
  failed: number;
}

/** People on each edge: the server's word, else what its port hands out. A port that feeds two edges hands everybody to both. */
export function estimatedEdges(document: CanvasDocument, estimate: Estimate): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const edge of Object.values(document.edges)) {
    const people = estimate.edges?.[edge.id] ?? estimate.nodes[edge.source]?.out[edge.sourcePort];
    if (people !== undefined) figures[edge.id] = people;
  }
  return figures;
}

/** A start takes nobody in: the people on its card are those it hands out. */
export function estimatedNode(estimate: Estimate, id: string): number | undefined {
  const node = estimate.nodes[id];
  if (!node) return undefined;
  return node.in || sum(node.out);
}

export interface Entry {
  people: number;
  /** False with several starts: the same person may stand in more than one of them, so it is a most. */
  exact: boolean;
}

/** Who would be entered by the whole canvas: what its starts hand out. */
export function estimatedEntry(document: CanvasDocument, estimate: Estimate): Entry {
  const fed = new Set(Object.values(document.edges).map((edge) => edge.target));
  const starts = Object.keys(document.nodes).filter((id) => !fed.has(id) && id in estimate.nodes);
  const people = starts.reduce((total, id) => total + sum(estimate.nodes[id]?.out ?? {}), 0);
  return { people, exact: starts.length < 2 };
}

export function runNode(run: RunFigures, id: string): NodeFigures {
  const node = run.nodes[id];
  if (!node) return { entered: 0, waiting: 0, done: 0, held: 0, failed: 0 };
  return {
    entered: node.entered,
    waiting: node.waiting,
    done: sum(node.left ?? {}) + sum(node.dropped ?? {}),
    held: sum(node.suppressed ?? {}),
    failed: node.failed,
  };
}

function sum(parts: Record<string, number>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}

const LOCALE = { zh: "zh-CN", en: "en" } as const;
// Making a formatter costs far more than using one, and a canvas writes hundreds of numbers.
const short = { zh: compactFormat("zh"), en: compactFormat("en") };
const long = { zh: new Intl.NumberFormat(LOCALE.zh), en: new Intl.NumberFormat(LOCALE.en) };

function compactFormat(lang: Lang): Intl.NumberFormat {
  return new Intl.NumberFormat(LOCALE[lang], { notation: "compact", maximumFractionDigits: 1 });
}

/** 21.8万 in Chinese, 218K in English; small numbers in full. */
export function compact(people: number, lang: Lang): string {
  return (people < 10_000 ? long : short)[lang].format(people);
}

export function full(people: number, lang: Lang): string {
  return long[lang].format(people);
}
