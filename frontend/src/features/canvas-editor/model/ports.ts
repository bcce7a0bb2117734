/** The ports that a node shows: the catalogue's port list applied to the node's config. */
import type { Config, EachPort, Labels, NodeType, PortSpec } from "./catalogue";
import { isRecord, readPointer } from "./pointer";

export interface Port {
  key: string;
  labels: Labels;
  optional: boolean;
  back?: boolean;
}

export interface Ports {
  inputs: Port[];
  outputs: Port[];
}

const DEFAULT_COUNT = 2;
const MAX_COUNT = 60;

export function portsOf(entry: NodeType | undefined, config: Config): Ports {
  if (!entry) return { inputs: [], outputs: [] };
  return {
    inputs: entry.ports.inputs.flatMap((spec) => expand(spec, config)),
    outputs: entry.ports.outputs.flatMap((spec) => expand(spec, config)),
  };
}

/** The port that a new edge takes when nobody named one. */
export function mainPort(ports: Port[]): Port | undefined {
  return (
    ports.find((port) => port.key === "out" || port.key === "in") ??
    ports.find((port) => !port.optional) ??
    ports[0]
  );
}

/** `numbered` ports of a set operation (`in3`) are real but not drawn apart: their edges hang on the main port. */
export function drawnPort(ports: Port[], key: string): string {
  return ports.some((port) => port.key === key) ? key : (mainPort(ports)?.key ?? key);
}

function expand(spec: PortSpec, config: Config): Port[] {
  if ("each" in spec) return eachPorts(spec, config);
  if ("count" in spec) return countedPorts(spec, config);
  if ("when" in spec && !readPointer(config, spec.when)) return [];
  const optional = "optional" in spec ? Boolean(spec.optional) : false;
  const back = "back" in spec && spec.back ? { back: true } : {};
  return [{ key: spec.key, labels: spec.labels ?? same(spec.key), optional, ...back }];
}

function eachPorts(spec: EachPort, config: Config): Port[] {
  const items: unknown = readPointer(config, spec.each);
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    if (typeof item === "string" && spec.names) {
      return [{ key: item, labels: spec.names[item] ?? same(item), optional: false }];
    }
    const key = isRecord(item) ? item[spec.key] : undefined;
    if (!isRecord(item) || typeof key !== "string" || !key) return [];
    const label = spec.label ? item[spec.label] : undefined;
    return [{ key, labels: asLabels(label) ?? same(key.toUpperCase()), optional: false }];
  });
}

function countedPorts(
  spec: { count: string; prefix: string; default?: number; labels?: Labels },
  config: Config,
): Port[] {
  const value = readPointer(config, spec.count);
  const asked = Array.isArray(value) ? value.length : Number(value ?? spec.default ?? DEFAULT_COUNT);
  const count = Number.isFinite(asked) ? Math.min(Math.max(1, Math.floor(asked)), MAX_COUNT) : DEFAULT_COUNT;
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const labels = spec.labels
      ? { zh: numbered(spec.labels.zh, number), en: numbered(spec.labels.en, number) }
      : same(String(number));
    return { key: `${spec.prefix}${number}`, labels, optional: false };
  });
}

/** "第 n 路" → "第 2 路"; a label without the n gets the number behind. */
function numbered(label: string, number: number): string {
  return /\bn\b/.test(label) ? label.replace(/\bn\b/, String(number)) : `${label} ${number}`;
}

function asLabels(value: unknown): Labels | undefined {
  if (typeof value === "string" && value) return same(value);
  if (isRecord(value) && typeof value.zh === "string") {
    return { zh: value.zh, en: typeof value.en === "string" ? value.en : value.zh };
  }
  return undefined;
}

function same(text: string): Labels {
  return { zh: text, en: text };
}
