/** Shapes of saved audiences as the contract has them. */
import type { Rule } from "@/shared/rule/types";

export interface Audience {
  id: string;
  name: string;
  kind: "dynamic" | "static";
  rule: Rule | null;
  size: number | null;
  computed_at: string | null;
  description: string;
  folder: string;
  owner: string;
  schedule: AudienceSchedule | null;
  next_refresh_at: string | null;
  /** Against the last computation of an earlier day. */
  change: AudienceChange | null;
  failure: { code: string; detail: string; at: string } | null;
  /** The last size of each of the last 30 days with a computation. */
  trend: number[];
  archived_at: string | null;
  used_by: { type: string; id: string; name: string }[];
  created_at: string;
  updated_at: string;
}

export type AudienceSchedule = { every: "hour" } | { every: "day"; at: string };
export type AudienceChange = { since: string; joined: number; left: number };
