/** The drawing surface: React Flow, fed from the stores; every gesture ends in an action. */
import "@xyflow/react/dist/style.css";
import {
  Background,
  BackgroundVariant,
  ControlButton,
  Controls,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useStore as useFlowStore,
} from "@xyflow/react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMode } from "@/shared/ui/mode";
import { color } from "@/shared/ui/palette";
import { GRID } from "../model/document";
import { useDocument, useEditable, useEditor } from "../store/editor";
import styles from "./canvas.module.css";
import { CountedEdge } from "./CountedEdge";
import type { CardNode } from "./mapping";
import { NodeCard } from "./NodeCard";
import { DETAIL_ZOOM, FarContext } from "./far";
import { flowLabels } from "./texts";
import { useArrays } from "./useArrays";
import { useGestures } from "./useGestures";
import { FIT, ViewMoves } from "./ViewMoves";

const nodeTypes = { card: NodeCard };
const edgeTypes = { counted: CountedEdge };
const CULL_FROM = 100;
const MINIMAP_FROM = 25;

export function Canvas({ onTidy }: { onTidy: () => void }) {
  const editable = useEditable();
  const { view } = useEditor();
  const { t, i18n } = useTranslation("editor");
  const { nodes, edges } = useArrays();
  const gestures = useGestures();
  const many = nodes.length;
  // The translation function keeps its identity when the language changes.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const labels = useMemo(() => flowLabels(t), [t, i18n.language]);
  const far = useFlowStore((state) => state.transform[2] < DETAIL_ZOOM);
  return (
    <FarContext value={far}>
      <div className={styles.canvas} {...gestures.surface}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          {...gestures.flow}
          nodesDraggable={editable}
          nodesConnectable={editable}
          disableKeyboardA11y
          deleteKeyCode={null}
          snapToGrid
          snapGrid={[GRID, GRID]}
          connectionRadius={36}
          selectionMode={SelectionMode.Partial}
          panOnScroll
          onInit={() => view.getState().open()}
          fitViewOptions={FIT}
          minZoom={0.1}
          maxZoom={1.75}
          onlyRenderVisibleElements={many >= CULL_FROM}
          ariaLabelConfig={labels}
          zoomOnDoubleClick={false}
        >
          <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.4} color="var(--c-line-strong)" />
          <Controls showInteractive={false} fitViewOptions={FIT}>
            {editable ? (
              <ControlButton onClick={onTidy} title={t("command.tidy")} aria-label={t("command.tidy")}>
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <path d="M2 8h7v8H2zM15 2h7v7h-7zM15 15h7v7h-7zM9 11h2.5V4.500H15v2h-1.500V17.500H15v2h-3.500V13H9z" />
                </svg>
              </ControlButton>
            ) : null}
          </Controls>
          {many >= MINIMAP_FROM ? <Overview /> : null}
        </ReactFlow>
        <ViewMoves />
      </div>
    </FarContext>
  );
}

function Overview() {
  const { catalogue, overlay } = useEditor();
  const mode = useMode((state) => state.mode);
  const types = useDocument((state) => state.document.nodes);
  const paint = (node: CardNode): string => {
    if (overlay.getState().problemsOf.get(node.id)?.length) return color(mode, "danger");
    const family = catalogue.byType.get(types[node.id]?.type ?? "")?.family ?? "flow";
    return color(mode, `f-${family}`);
  };
  return <MiniMap pannable zoomable nodeColor={paint} className={styles.minimap} />;
}
