/** An attribute as it is edited, and what of it is sent. Pure. */
import type { AttributeDefinition } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";

export const TYPES = ["string", "number", "boolean", "date", "datetime", "enum", "list"] as const;
export type Kind = (typeof TYPES)[number];

export interface Attribute extends AttributeDefinition {
  min: number | string | null;
  max: number | string | null;
  max_length: number | null;
  pattern: string | null;
  archived_at: string | null;
}

export interface Draft {
  key: string;
  type: Kind;
  zh: string;
  en: string;
  sensitive: boolean;
  options: string[];
  min: string;
  max: string;
  max_length: string;
  pattern: string;
}

const said = (value: number | string | null | undefined) =>
  value === null || value === undefined ? "" : String(value);

export function draftOf(item: Attribute | null): Draft {
  return {
    key: item?.key ?? "",
    type: item?.type ?? "string",
    zh: item ? pick(item.label, "zh") : "",
    en: item ? pick(item.label, "en") : "",
    sensitive: item?.sensitive ?? false,
    options: item?.options ?? [],
    min: said(item?.min),
    max: said(item?.max),
    max_length: said(item?.max_length),
    pattern: said(item?.pattern),
  };
}

/** Types that have a smallest and a greatest value. */
export const hasBounds = (type: Kind) => type === "number" || type === "date" || type === "datetime";

function bound(text: string, type: Kind): number | string | null {
  if (!text.trim()) return null;
  return type === "number" ? Number(text) : text.trim();
}

function limitsOf(draft: Draft): Record<string, number | string | null> {
  if (hasBounds(draft.type)) return { min: bound(draft.min, draft.type), max: bound(draft.max, draft.type) };
  if (draft.type !== "string") return {};
  const length = draft.max_length.trim();
  return { max_length: length ? Number(length) : null, pattern: draft.pattern.trim() || null };
}

/** What is sent: of a known one only what may change. */
export function bodyOf(draft: Draft, known: boolean): Record<string, unknown> {
  const label = { zh: draft.zh.trim() || draft.key, en: draft.en.trim() || draft.zh.trim() || draft.key };
  const options = draft.type === "enum" ? { options: draft.options } : {};
  const changes = { label, sensitive: draft.sensitive, ...options, ...limitsOf(draft) };
  return known ? changes : { key: draft.key.trim(), type: draft.type, ...changes };
}
