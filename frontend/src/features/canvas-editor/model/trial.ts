/** A test run as the server tells it: each person's way through the draft, and what they would get. */
export interface TrialStep {
  node: string;
  edges: string[];
  in: string;
  out: string | null;
  port: string | null;
}

export interface TrialMessage {
  node: string;
  at: string;
  channel: string;
  template?: string;
  content: Record<string, unknown> | null;
  to: string | null;
  sms?: { text: string; length: number; segments: number };
  problems: { detail: string }[];
}

export interface TrialPerson {
  id: string;
  external_id: string | null;
  name: string | null;
  path: TrialStep[];
  messages: TrialMessage[];
  grants: { node: string; at: string; name: string | null; outcome: string }[];
  held: { node: string; at: string; reason: string }[];
  ends: { node: string | null; at: string | null; reason: string }[];
}

export interface Trial {
  started_at: string;
  customers: TrialPerson[];
  assumed: { node: string; port: string }[];
  notes: string[];
  delivered: { customer: string; channel: string; to: string; ok: boolean; detail: string }[];
}

export interface TrialQuestion {
  customers: string[];
  at?: string;
  event?: { name: string; properties: Record<string, unknown> };
  assume: Record<string, string>;
  send_to: Record<string, string>;
  everyone: boolean;
}

/** Steps and connections that a person went through: what the canvas shows in colour. */
export interface Trail {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
}

export function trailOf(person: TrialPerson): Trail {
  return {
    nodes: new Set(person.path.map((step) => step.node)),
    edges: new Set(person.path.flatMap((step) => step.edges)),
  };
}

const MINUTE = 60_000;

/** How long after the beginning: whole minutes, as days, hours and minutes. */
export function elapsed(start: string, moment: string): { days: number; hours: number; minutes: number } {
  const minutes = Math.max(0, Math.round((Date.parse(moment) - Date.parse(start)) / MINUTE));
  return {
    days: Math.floor(minutes / 1440),
    hours: Math.floor((minutes % 1440) / 60),
    minutes: minutes % 60,
  };
}

/** Properties are typed as JSON, or left empty; null when they are no object. */
export function readProperties(raw: string): Record<string, unknown> | null {
  if (!raw.trim()) return {};
  try {
    const found: unknown = JSON.parse(raw);
    return typeof found === "object" && found !== null && !Array.isArray(found)
      ? (found as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
