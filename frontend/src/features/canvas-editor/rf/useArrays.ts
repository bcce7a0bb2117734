/** React Flow's node and edge arrays, derived from the stores; unchanged items keep their identity. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DocEdge, DocNode } from "../model/document";
import { drawnPort, portsOf } from "../model/ports";
import { useEditor, useOverlay, useShown, useSurroundings, useView } from "../store/editor";
import {
  type CardNode,
  type CountedEdge,
  type EdgeCache,
  type NodeCache,
  mapEdges,
  mapNodes,
} from "./mapping";
import { edgeName, nodeName } from "./texts";

export function useArrays(): { nodes: CardNode[]; edges: CountedEdge[] } {
  return { nodes: useNodes(), edges: useEdges() };
}

function useNodes(): CardNode[] {
  const { catalogue } = useEditor();
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const [cache] = useState<NodeCache>(() => new Map());
  const nodes = useShown((document) => document.nodes);
  const drag = useView((state) => state.drag);
  const selection = useView((state) => state.selection.nodes);
  const estimate = useOverlay((state) => state.estimate);
  const problemsOf = useOverlay((state) => state.problemsOf);
  // Names are made once for a state of the canvas, not for every move of a drag.
  const names = useMemo(() => {
    const naming = { t, lang, catalogue };
    const name = (node: DocNode) => nodeName(naming, node, estimate, problemsOf.get(node.id)?.length ?? 0);
    return new Map(Object.values(nodes).map((node) => [node.id, name(node)]));
  }, [nodes, catalogue, estimate, problemsOf, t, lang]);
  return useMemo(() => {
    const ariaLabel = (node: DocNode) => names.get(node.id) ?? "";
    return mapNodes({ nodes, catalogue, drag, selected: new Set(selection), ariaLabel }, cache);
  }, [nodes, catalogue, drag, selection, names, cache]);
}

function useEdges(): CountedEdge[] {
  const editor = useEditor();
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const [cache] = useState<EdgeCache>(() => new Map());
  const document = useShown((shown) => shown);
  const selection = useView((state) => state.selection.edges);
  return useMemo(() => {
    const { edges } = document;
    const naming = { t, lang, catalogue: editor.catalogue };
    const ariaLabel = (edge: DocEdge) => edgeName(naming, document, edge);
    const port = (edge: DocEdge, end: "source" | "target") => {
      const node = document.nodes[edge[end]];
      const ports = portsOf(editor.catalogue.byType.get(node?.type ?? ""), node?.config ?? {});
      return end === "source"
        ? drawnPort(ports.outputs, edge.sourcePort)
        : drawnPort(ports.inputs, edge.targetPort);
    };
    return mapEdges({ edges, selected: new Set(selection), ariaLabel, drawnPort: port }, cache);
  }, [document, selection, t, lang, editor, cache]);
}
