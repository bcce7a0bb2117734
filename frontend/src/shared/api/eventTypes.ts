/** Shapes of the catalogue of events, as the contract has them. Types only. */
import type { Label } from "@/shared/i18n/setup";

export interface EventType {
  name: string;
  label: Label;
  properties: Record<string, string>;
  last_seen_at: string | null;
  count: number;
  description?: string;
  hidden?: boolean;
  first_seen_at?: string | null;
  property_labels?: Record<string, Label>;
  /** Other types that came under a property's name. */
  odd?: Record<string, string[]>;
}

export interface EventProperty {
  name: string;
  type: string;
  other_types: string[];
  expected: string | null;
  label: { zh?: string; en?: string };
  sensitive: boolean;
  events: number;
  examples: unknown[];
}

export interface EventTypeDetail extends Omit<EventType, "properties"> {
  sampled: number;
  properties: EventProperty[];
}

export interface EventStats {
  days: string[];
  results: {
    name: string;
    daily: number[];
    stored: number;
    late: number;
    duplicates: number;
    ahead: number;
  }[];
  events_months: number | null;
  kept_from: string | null;
}
