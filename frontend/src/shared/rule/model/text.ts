/** A rule as text to take along (to another audience, a colleague, the API), and text as a rule. */
import type { Rule } from "../types";

export function toText(rule: Rule | null): string {
  return rule ? JSON.stringify(rule, null, 2) : "";
}

function isRule(value: unknown): value is Rule {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { all, any, not, condition } = value as Record<string, unknown>;
  const kinds = [all, any, not, condition].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) return false;
  if (condition !== undefined) return typeof condition === "string";
  if (not !== undefined) return isRule(not);
  const parts = all ?? any;
  return Array.isArray(parts) && parts.every(isRule);
}

/** null: this is no rule. Whether it is a right one the server says. */
export function fromText(text: string): Rule | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRule(value) ? value : null;
  } catch {
    return null;
  }
}
