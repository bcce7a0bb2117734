/** Lets the rest of the editor move the view without knowing React Flow. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { useEditor } from "../store/editor";
import { type Box, openingView, showingView } from "./viewport";

export const FIT = { padding: 0.08, maxZoom: 1, minZoom: 0.1 };
const MOVE = { duration: 250 };

export function ViewMoves() {
  const flow = useReactFlow();
  const store = useStoreApi();
  const { view } = useEditor();
  useEffect(() => {
    const box = (id: string): Box | null => {
      const node = flow.getNode(id);
      return node ? { ...node.position, width: node.width ?? 0, height: node.height ?? 0 } : null;
    };
    const surface = () => store.getState();
    view.setState({
      fit: () => void flow.fitView({ ...FIT, ...MOVE }),
      open: () => {
        const nodes = flow.getNodes();
        if (nodes.length) void flow.setViewport(openingView(flow.getNodesBounds(nodes), surface()));
      },
      reveal: (id) => {
        const at = box(id);
        if (!at) return;
        const zoom = Math.max(flow.getZoom(), 0.7);
        void flow.setCenter(at.x + at.width / 2, at.y + at.height / 2, { zoom, ...MOVE });
      },
      show: (id) => {
        const at = box(id);
        const next = at && showingView(at, flow.getViewport(), surface());
        if (next) void flow.setViewport(next, MOVE);
      },
      centre: () => {
        const frame = surface().domNode?.getBoundingClientRect();
        const middle = frame
          ? { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 }
          : { x: window.innerWidth / 2, y: window.innerHeight / 2 };
        return flow.screenToFlowPosition(middle);
      },
    });
  }, [flow, store, view]);
  return null;
}
