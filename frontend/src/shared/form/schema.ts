/** JSON Schema 2020-12 with our x-ui hints, as the API sends it. Types only. */
import type { Label } from "@/shared/i18n/setup";

export type Widget =
  | "audience-picker"
  | "rule"
  | "template-picker"
  | "package-picker"
  | "event-picker"
  | "event-where"
  | "tag-picker"
  | "attribute-picker"
  | "duration"
  | "wait-until"
  | "time"
  | "datetime"
  | "shares"
  | "branches"
  | "text"
  | "number"
  | "select"
  | "switch";

export interface UiHints {
  widget?: Widget | string;
  labels?: Label;
  help?: Label;
  order?: number;
  group?: Label;
  unit?: Label;
  options?: Record<string, Label>;
  visibleWhen?: { field: string; equals: unknown };
  [hint: string]: unknown;
}

export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  writeOnly?: boolean;
  additionalProperties?: boolean | JsonSchema;
  "x-ui"?: UiHints;
  "x-liquid"?: boolean;
}

/** A problem at a place below the edited value ("" is the value itself). */
export interface PlacedProblem {
  pointer: string;
  detail: string;
  code?: string;
  severity?: "error" | "warning";
}
