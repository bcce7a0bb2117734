/** The rule tree of the API: groups joined by all / any / not around conditions. Types only. */
import type { Duration, Where } from "@/shared/api/types";

export type Window = { last: Duration } | { from?: string; to?: string };

export interface Condition {
  condition: string;
  key?: string;
  op?: string;
  value?: unknown;
  event?: string;
  measure?: string;
  property?: string;
  window?: Window;
  where?: Where[];
  [param: string]: unknown;
}

export type Rule = { all: Rule[] } | { any: Rule[] } | { not: Rule } | Condition;
