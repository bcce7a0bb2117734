/** Problems of a canvas: their shape, what is cheap to find in the browser, and how they are laid on nodes. */
import { type Catalogue, isSource } from "./catalogue";
import type { CanvasDocument, DocNode } from "./document";
import { isRecord } from "./pointer";
import { downstream } from "./topology";

export interface CanvasProblem {
  code: string;
  severity: "error" | "warning";
  node: string | null;
  edge: string | null;
  pointer: string;
  params: Record<string, unknown>;
  detail: string;
}

/** Found at once while drawing; the server's check is the authority and says the rest. */
export function localProblems(document: CanvasDocument, catalogue: Catalogue): CanvasProblem[] {
  const nodes = Object.values(document.nodes);
  return [...unreachable(document, catalogue), ...nodes.flatMap((node) => missingSettings(node, catalogue))];
}

function unreachable(document: CanvasDocument, catalogue: Catalogue): CanvasProblem[] {
  const nodes = Object.values(document.nodes);
  const sources = nodes.filter((node) => {
    const entry = catalogue.byType.get(node.type);
    return entry && isSource(entry);
  });
  const reached = downstream(
    document,
    sources.map((node) => node.id),
  );
  return nodes
    .filter((node) => !reached.has(node.id) && catalogue.byType.has(node.type))
    .map((node) => problem("unreachable", node.id, "", {}));
}

function missingSettings(node: DocNode, catalogue: Catalogue): CanvasProblem[] {
  const entry = catalogue.byType.get(node.type);
  if (!entry) return [problem("unknown_node_type", node.id, "", { type: node.type })];
  const required = Array.isArray(entry.schema.required) ? entry.schema.required : [];
  const properties = isRecord(entry.schema.properties) ? entry.schema.properties : {};
  return required
    .filter((field): field is string => typeof field === "string" && isEmpty(node.config[field]))
    .map((field) =>
      problem("missing_setting", node.id, `/${field}`, { setting: labelOf(properties[field], field) }),
    );
}

function labelOf(property: unknown, field: string): unknown {
  const hints = isRecord(property) ? property["x-ui"] : undefined;
  return isRecord(hints) && hints.labels ? hints.labels : field;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function problem(
  code: string,
  node: string,
  pointer: string,
  params: Record<string, unknown>,
): CanvasProblem {
  return { code, severity: "error", node, edge: null, pointer, params, detail: "" };
}

const FOUND_HERE = new Set(["unreachable", "missing_setting", "unknown_node_type"]);

/**
 * What to show now: the server's list while the canvas is as it was checked. After a change, what the server said
 * of untouched steps, and what the browser itself sees of the rest.
 */
export function currentProblems(
  server: readonly CanvasProblem[],
  checked: CanvasDocument | null,
  now: CanvasDocument,
  catalogue: Catalogue,
): CanvasProblem[] {
  if (checked === now) return [...server];
  const same = (node: string) => checked !== null && checked.nodes[node] === now.nodes[node];
  const still = server.filter((item) => !FOUND_HERE.has(item.code) && (!item.node || same(item.node)));
  const told = new Set(still.flatMap((item) => item.node ?? []));
  return [...still, ...localProblems(now, catalogue).filter((item) => !told.has(item.node ?? ""))];
}

export function problemsByNode(problems: readonly CanvasProblem[]): Map<string, CanvasProblem[]> {
  const byNode = new Map<string, CanvasProblem[]>();
  for (const item of problems) {
    if (!item.node) continue;
    byNode.set(item.node, [...(byNode.get(item.node) ?? []), item]);
  }
  return byNode;
}

export function countBySeverity(problems: readonly CanvasProblem[]): { errors: number; warnings: number } {
  const errors = problems.filter((item) => item.severity === "error").length;
  return { errors, warnings: problems.length - errors };
}

/** Problems of one node's settings, as the form wants them: pointers below the config. */
export function configProblems(problems: readonly CanvasProblem[], node: string): CanvasProblem[] {
  return problems
    .filter((item) => item.node === node && item.pointer)
    .map((item) => ({ ...item, pointer: item.pointer.replace(/^.*\/config(?=\/|$)/, "") }));
}
