/**
 * Shape of the node catalogue (`GET node-types`) as the editor reads it.
 * It lists no node type of its own: everything comes from the server.
 */
export type Lang = "zh" | "en";
export type Labels = { zh: string; en: string };
export type Config = Record<string, unknown>;
export type CanvasKind = "scheduled" | "triggered";

export interface StaticPort {
  key: string;
  labels?: Labels;
  optional?: boolean;
  /** Its edges may lead back to an earlier step. */
  back?: boolean;
}
/** One port per item of a list in the config. */
export interface EachPort {
  each: string;
  key: string;
  label?: string;
  /** What words are called, where the items are words. */
  names?: Record<string, Labels>;
}
/** `prefix1` … `prefixN`, N read from the config (a number or a list). */
export interface CountPort {
  count: string;
  prefix: string;
  default?: number;
  labels?: Labels;
}
/** There only while the config value at `when` is truthy. */
export interface FlagPort {
  key: string;
  when: string;
  labels?: Labels;
}
export type PortSpec = StaticPort | EachPort | CountPort | FlagPort;

export interface NodeType {
  type: string;
  version: number | string;
  family: string;
  labels: Labels;
  help?: Labels;
  pinyin?: string;
  kinds: CanvasKind[];
  ports: { inputs: PortSpec[]; outputs: PortSpec[] };
  schema: Record<string, unknown>;
  defaults?: Config;
  summary?: Labels;
  /** What may become of what people get here. */
  outcomes?: string[];
}

export interface Family {
  key: string;
  labels: Labels;
  color?: string;
}

export interface CatalogueAnswer {
  results: NodeType[];
  families?: Family[];
}

export interface Catalogue {
  byType: ReadonlyMap<string, NodeType>;
  types: readonly NodeType[];
  families: readonly Family[];
}

/** In the order people read: family by family, within a family the starts first. */
export function makeCatalogue(answer: CatalogueAnswer): Catalogue {
  const rank = new Map(answer.families?.map((family, index) => [family.key, index]));
  const place = (entry: NodeType) => (rank.get(entry.family) ?? rank.size) * 2 + (isSource(entry) ? 0 : 1);
  return {
    byType: new Map(answer.results.map((entry) => [entry.type, entry])),
    types: [...answer.results].sort((a, b) => place(a) - place(b)),
    families: answer.families ?? [],
  };
}

export const emptyCatalogue: Catalogue = makeCatalogue({ results: [] });

/** A type that starts a path: nothing can flow into it. */
export function isSource(entry: NodeType): boolean {
  return entry.ports.inputs.length === 0;
}

export function fitsKind(entry: NodeType, kind: CanvasKind): boolean {
  return entry.kinds.length === 0 || entry.kinds.includes(kind);
}

/** Types whose name, type key or pinyin (whole or initials) contains the words typed. */
export function searchTypes(catalogue: Catalogue, words: string, kind: CanvasKind): NodeType[] {
  const wanted = words.trim().toLowerCase().replace(/\s+/g, "");
  return catalogue.types.filter((entry) => {
    if (!fitsKind(entry, kind)) return false;
    if (!wanted) return true;
    return haystack(entry).some((text) => text.includes(wanted));
  });
}

function haystack(entry: NodeType): string[] {
  const pinyin = (entry.pinyin ?? "").toLowerCase();
  const syllables = pinyin.split(/[\s,/]+/).filter(Boolean);
  return [
    entry.labels.zh,
    entry.labels.en.toLowerCase().replace(/\s+/g, ""),
    entry.type,
    pinyin.replace(/\s+/g, ""),
    syllables.map((syllable) => syllable[0]).join(""),
  ];
}
