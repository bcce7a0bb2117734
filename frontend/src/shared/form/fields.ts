/**
 * JSON Schema (as pydantic writes it) with x-ui hints → the list of fields that a form shows.
 * Pure: no React, no texts of its own.
 */
import { pick } from "@/shared/i18n/setup";
import type { JsonSchema, UiHints } from "./schema";

export interface Field {
  name: string;
  label: string;
  help: string;
  unit: string;
  group: string;
  order: number;
  widget: string;
  required: boolean;
  schema: JsonSchema;
  ui: UiHints;
  options: { value: unknown; label: string }[];
}

export type Values = Record<string, unknown>;

/** Follows $ref inside the document and takes the one alternative of an Optional. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let now = schema;
  for (let depth = 0; depth < 8; depth += 1) {
    const next = step(now, root);
    if (!next) return now;
    const { $ref: _ref, anyOf: _anyOf, oneOf: _oneOf, allOf: _allOf, ...kept } = now;
    now = { ...next, ...kept, "x-ui": { ...next["x-ui"], ...kept["x-ui"] } };
  }
  return now;
}

function step(schema: JsonSchema, root: JsonSchema): JsonSchema | null {
  if (schema.$ref) return lookUp(schema.$ref, root);
  if (schema.allOf?.length === 1) return schema.allOf[0] ?? null;
  const real = alternatives(schema);
  return real.length === 1 ? (real[0] ?? null) : null;
}

function lookUp(ref: string, root: JsonSchema): JsonSchema | null {
  const parts = ref.replace(/^#\//, "").split("/");
  let at: unknown = root;
  for (const part of parts) at = (at as Record<string, unknown> | undefined)?.[part];
  return (at as JsonSchema) ?? null;
}

/** The alternatives of anyOf / oneOf that are not just "null". */
export function alternatives(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []).filter((option) => option.type !== "null");
}

function typeOf(schema: JsonSchema): string {
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== "null") : [schema.type];
  return types[0] ?? (schema.properties ? "object" : "");
}

const BY_FORMAT: Record<string, string> = {
  "date-time": "datetime",
  date: "date",
  time: "time",
  duration: "duration",
  password: "secret",
};

function stringWidget(schema: JsonSchema): string {
  if (schema.writeOnly) return "secret";
  if (schema["x-liquid"]) return "liquid";
  if (schema.enum) return "select";
  return BY_FORMAT[schema.format ?? ""] ?? "text";
}

function arrayWidget(schema: JsonSchema, root: JsonSchema): string {
  const items = resolve(schema.items ?? {}, root);
  if (items.enum) return "multiselect";
  return typeOf(items) === "object" ? "list" : "strings";
}

/** Text widgets that become a text with variables where the schema allows Liquid. */
const LONG_TEXT = new Set(["text", "textarea", "html"]);

export function widgetOf(schema: JsonSchema, root: JsonSchema): string {
  const asked = schema["x-ui"]?.widget;
  if (asked) return LONG_TEXT.has(asked) && schema["x-liquid"] ? "liquid" : asked;
  if (alternatives(schema).length > 1) return "variants";
  if (schema.writeOnly) return "secret";
  switch (typeOf(schema)) {
    case "boolean":
      return "switch";
    case "integer":
    case "number":
      return "number";
    case "array":
      return arrayWidget(schema, root);
    case "object":
      return schema.properties ? "object" : "map";
    case "string":
      return stringWidget(schema);
    default:
      return schema.enum ? "select" : "json";
  }
}

function optionsOf(schema: JsonSchema, root: JsonSchema, lang: string): Field["options"] {
  const source = schema.enum ? schema : resolve(schema.items ?? {}, root);
  const labels = schema["x-ui"]?.options ?? source["x-ui"]?.options ?? {};
  return (source.enum ?? []).map((value) => ({
    value,
    label: pick((labels as Record<string, never>)[String(value)], lang) || String(value),
  }));
}

function toField(name: string, raw: JsonSchema, root: JsonSchema, required: boolean, lang: string): Field {
  const schema = resolve(raw, root);
  const ui = schema["x-ui"] ?? {};
  return {
    name,
    label: pick(ui.labels, lang) || schema.title || name,
    help: pick(ui.help, lang) || schema.description || "",
    unit: pick(ui.unit, lang),
    group: pick(ui.group, lang),
    order: ui.order ?? 1000,
    widget: widgetOf(schema, root),
    required,
    schema,
    ui,
    options: optionsOf(schema, root, lang),
  };
}

export function isVisible(field: Field, value: Values): boolean {
  const when = field.ui.visibleWhen;
  if (!when) return true;
  const actual = value[when.field];
  return Array.isArray(when.equals) ? when.equals.includes(actual) : actual === when.equals;
}

/** Fields of an object schema in the order in which they are shown; `const` members are not shown. */
export function fieldsOf(schema: JsonSchema, lang: string, root: JsonSchema = schema): Field[] {
  const object = resolve(schema, root);
  const required = new Set(object.required ?? []);
  return Object.entries(object.properties ?? {})
    .map(([name, raw]) => toField(name, raw, root, required.has(name), lang))
    .filter((field) => field.schema.const === undefined && field.ui.hidden !== true)
    .sort((a, b) => a.order - b.order);
}

function without(value: Values, name: string): Values {
  const { [name]: _gone, ...rest } = value;
  return rest;
}

/** Two widgets of one form of which only one may be filled in: a wait is "for" or "until", never both. */
function rivalOf(field: Field): string | null {
  if (field.widget === "wait-until") return "for";
  return field.widget === "duration" && field.name === "for" ? "until" : null;
}

/** Sets one field; undefined and "" of an optional field take it out of the object. */
export function setField(value: Values, field: Field, next: unknown): Values {
  const gone = next === undefined || next === null || (next === "" && !field.required);
  if (gone) return without(value, field.name);
  const rival = rivalOf(field);
  return { ...(rival ? without(value, rival) : value), [field.name]: next };
}

/** An empty value of a schema: its default, its constants and the defaults of its members. */
export function blank(schema: JsonSchema, root: JsonSchema = schema): unknown {
  const solid = resolve(schema, root);
  if (solid.default !== undefined) return solid.default;
  if (solid.const !== undefined) return solid.const;
  if (typeOf(solid) !== "object") return undefined;
  const entries = Object.entries(solid.properties ?? {}).map(
    ([name, raw]) => [name, blank(raw, root)] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** Which alternative a value belongs to: by type first, then by the members it has. */
export function matchAlternative(value: unknown, options: JsonSchema[], root: JsonSchema): number {
  if (value === undefined || value === null) return 0;
  const scores = options.map((option) => matchScore(value, resolve(option, root)));
  const best = Math.max(...scores);
  return best > 0 ? scores.indexOf(best) : 0;
}

function matchScore(value: unknown, schema: JsonSchema): number {
  if (schema.const !== undefined) return schema.const === value ? 5 : 0;
  if (schema.enum) return schema.enum.includes(value) ? 4 : 0;
  const type = typeOf(schema);
  if (typeof value !== "object") {
    const same = type === typeof value || (type === "integer" && typeof value === "number");
    return same ? 2 : 0;
  }
  if (Array.isArray(value)) return type === "array" ? 2 : 0;
  if (type !== "object") return 0;
  const known = Object.keys(schema.properties ?? {});
  return 1 + Object.keys(value as object).filter((key) => known.includes(key)).length;
}
