/** Shapes of the import API, and what a column may become. No React. */
import type { components } from "@/shared/api/schema";
import type { AttributeDefinition } from "@/shared/api/types";

export type FileImport = components["schemas"]["ImportOut"];
export type PreviewRow = components["schemas"]["PreviewRow"];
export type Kind = "customers" | "events" | "audience";
export const KINDS: Kind[] = ["customers", "events", "audience"];

export interface Target {
  to: string;
  type: string;
}

export const TYPES = ["string", "number", "boolean", "date", "datetime", "list"] as const;
const IDENTITIES = ["phone", "email", "openid", "unionid", "external_userid", "member_id", "device"];
const CHANNELS = ["sms", "email", "wechat", "wecom", "miniprogram", "push", "call"];

export function isKind(text: unknown): text is Kind {
  return KINDS.includes(text as Kind);
}

export function isOpen(status: string): boolean {
  return status === "queued" || status === "running" || status === "undoing";
}

/** Targets in groups; the last is an attribute (or property) of the column's own name. */
export function groups(kind: Kind, header: string, attributes: AttributeDefinition[]) {
  const who = kind === "customers" ? "identities" : "customer";
  const external = kind === "customers" ? "external_id" : "customer.external_id";
  const found = [{ group: "who", targets: [external, ...IDENTITIES.map((name) => `${who}.${name}`)] }];
  if (kind === "customers") {
    found.push({ group: "about", targets: ["tags", "blocked", "timezone"] });
    found.push({ group: "attributes", targets: attributes.map((item) => `attributes.${item.key}`) });
    found.push({ group: "consents", targets: CHANNELS.map((name) => `consents.${name}`) });
  }
  if (kind === "events")
    found.push({
      group: "event",
      targets: ["occurred_at", "event_id", "name", "properties.order_id", "properties.amount"],
    });
  if (kind !== "audience") {
    const own = `${kind === "customers" ? "attributes" : "properties"}.${header}`;
    if (!found.some((item) => item.targets.includes(own))) found.push({ group: "new", targets: [own] });
  }
  return found;
}

/** Does the reader choose how its values are read? Declared attributes have their type already. */
export function hasType(to: string, attributes: AttributeDefinition[]): boolean {
  if (to.startsWith("properties.")) return true;
  return to.startsWith("attributes.") && !attributes.some((item) => `attributes.${item.key}` === to);
}

/** As the API takes it: by column number, since two columns of a file may bear one name. */
export function mappingOf(targets: (Target | null)[]): Record<string, Target | null> {
  return Object.fromEntries(targets.map((target, index) => [`#${index + 1}`, target]));
}

/** How many of the rows looked at go which way. */
export function tally(rows: PreviewRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[row.action] = (sums[row.action] ?? 0) + 1;
  return sums;
}
