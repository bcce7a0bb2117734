/** React Flow's node and edge arrays, derived from the stores; unchanged items keep their identity. */
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDocument, useEditor, useOverlay, useSurroundings, useView } from "../store/editor";
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
  const cache = useRef<NodeCache>(new Map());
  const nodes = useDocument((state) => state.document.nodes);
  const drag = useView((state) => state.drag);
  const selection = useView((state) => state.selection.nodes);
  const estimate = useOverlay((state) => state.estimate);
  const problemsOf = useOverlay((state) => state.problemsOf);
  return useMemo(() => {
    const naming = { t, lang, catalogue };
    const ariaLabel = (node: (typeof nodes)[string]) =>
      nodeName(naming, node, estimate, problemsOf.get(node.id)?.length ?? 0);
    return mapNodes({ nodes, catalogue, drag, selected: new Set(selection), ariaLabel }, cache.current);
  }, [nodes, catalogue, drag, selection, estimate, problemsOf, t, lang]);
}

function useEdges(): CountedEdge[] {
  const editor = useEditor();
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const cache = useRef<EdgeCache>(new Map());
  const edges = useDocument((state) => state.document.edges);
  const selection = useView((state) => state.selection.edges);
  return useMemo(() => {
    const naming = { t, lang, catalogue: editor.catalogue };
    const { document } = editor.document.getState();
    const ariaLabel = (edge: (typeof edges)[string]) => edgeName(naming, document, edge);
    return mapEdges({ edges, selected: new Set(selection), ariaLabel }, cache.current);
  }, [edges, selection, t, lang, editor]);
}
