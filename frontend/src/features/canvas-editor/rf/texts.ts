/** React Flow's own words and the names of cards and edges for screen readers, in the language shown. */
import type { AriaLabelConfig } from "@xyflow/react";
import type { TFunction } from "i18next";
import type { Catalogue, Lang } from "../model/catalogue";
import type { CanvasDocument, DocEdge, DocNode } from "../model/document";
import { compact, type Estimate, estimatedNode } from "../model/figures";
import { titleOf } from "../model/summary";

export function flowLabels(t: TFunction<"editor">): Partial<AriaLabelConfig> {
  return {
    "node.a11yDescription.default": t("aria.node"),
    "node.a11yDescription.keyboardDisabled": t("aria.node"),
    // React Flow would say the old coordinates; our own live region says what happened.
    "node.a11yDescription.ariaLiveMessage": () => "",
    "edge.a11yDescription.default": t("aria.edge"),
    "controls.ariaLabel": t("aria.controls"),
    "controls.zoomIn.ariaLabel": t("aria.zoomIn"),
    "controls.zoomOut.ariaLabel": t("aria.zoomOut"),
    "controls.fitView.ariaLabel": t("aria.fitView"),
    "minimap.ariaLabel": t("aria.minimap"),
    "handle.ariaLabel": t("aria.handle"),
  };
}

interface Naming {
  t: TFunction<"editor">;
  lang: Lang;
  catalogue: Catalogue;
}

export function nodeName(naming: Naming, node: DocNode, estimate: Estimate | null, problems: number): string {
  const { t, lang, catalogue } = naming;
  const people = estimate ? estimatedNode(estimate, node.id) : undefined;
  return [
    titleOf(catalogue.byType.get(node.type), node, lang),
    people === undefined ? "" : t("aria.people", { people: compact(people, lang) }),
    problems ? t("aria.problems", { count: problems }) : "",
  ]
    .filter(Boolean)
    .join(lang === "zh" ? "，" : ", ");
}

export function edgeName(naming: Naming, document: CanvasDocument, edge: DocEdge): string {
  const name = (id: string) => {
    const node = document.nodes[id];
    return node ? titleOf(naming.catalogue.byType.get(node.type), node, naming.lang) : id;
  };
  return naming.t("aria.edgeName", { from: name(edge.source), to: name(edge.target) });
}
