/** What the tags page reads and writes: shapes as the API has them. */
import type { Rule } from "@/shared/rule/types";

export type Layer = "basic" | "behaviour" | "value";
export const LAYERS: Layer[] = ["basic", "behaviour", "value"];

export interface Tag {
  id: string;
  name: string;
  layer: Layer;
  description: string;
  customers: number;
  rule: Rule | null;
  kept_by: "hand" | "rule";
  refreshed_at: string | null;
  error: string;
  created_at: string;
  used_by?: { type: string; id: string; name: string }[] | null;
}

interface Wrong {
  customer: string;
  carries: boolean;
  conditions: {
    condition: string;
    labels: { zh: string; en: string };
    holds: boolean;
    found: string | null;
  }[];
}

export interface TagCheck {
  id: string;
  at: string;
  checked: number;
  wrong: number;
  accuracy: number;
  low: number;
  high: number;
  detail: { wrong: Wrong[]; unchecked: string[] };
}

export interface Stage {
  stage: string;
  labels: { zh: string; en: string };
  customers: number;
  spent: string;
  alive: number | null;
}

export interface Cell {
  recency: number;
  frequency: number;
  customers: number;
  spent: string;
  monetary: number;
}

export interface Foretold {
  purchases: number;
  people: number;
  predicted: number;
  actual: number;
}

export interface Overview {
  customers: number;
  stages: Stage[];
  rfm: Cell[];
  expected_in_30_days: number;
  model: { reason?: { zh: string; en: string }; test?: { weeks: number; rows: Foretold[] } | null } | null;
  full_at: string | null;
  waiting: number;
}
