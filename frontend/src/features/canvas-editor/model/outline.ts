/** The canvas as an indented list of steps, for phones, screen readers and the keyboard. */
import type { Catalogue } from "./catalogue";
import type { CanvasDocument } from "./document";
import { type Port, portsOf } from "./ports";
import { flowOrder } from "./topology";

export interface OutlineRow {
  id: string;
  level: number;
  /** The port of the step before through which people come, when that step has several. */
  via: Port | null;
}

/** Every node once, below the first step that leads to it. */
export function outlineOf(document: CanvasDocument, catalogue: Catalogue): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const visit = (id: string, level: number, via: Port | null): void => {
    const node = document.nodes[id];
    if (!node || seen.has(id)) return;
    seen.add(id);
    rows.push({ id, level, via });
    const { outputs } = portsOf(catalogue.byType.get(node.type), node.config);
    const edges = Object.values(document.edges).filter((edge) => edge.source === id);
    const rank = new Map(outputs.map((port, index) => [port.key, index]));
    edges.sort((a, b) => (rank.get(a.sourcePort) ?? 0) - (rank.get(b.sourcePort) ?? 0));
    const forks = edges.length > 1;
    for (const edge of edges) {
      const port = outputs.find((candidate) => candidate.key === edge.sourcePort) ?? null;
      visit(edge.target, level + (forks ? 1 : 0), outputs.length > 1 ? port : null);
    }
  };
  const fed = new Set(Object.values(document.edges).map((edge) => edge.target));
  const order = flowOrder(document);
  for (const id of order) if (!fed.has(id)) visit(id, 0, null);
  for (const id of order) visit(id, 0, null);
  return rows;
}
