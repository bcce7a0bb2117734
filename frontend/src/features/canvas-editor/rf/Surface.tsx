/** The drawing surface with React Flow's own provider around it: what the rest of the editor mounts. */
import { ReactFlowProvider } from "@xyflow/react";
import { Canvas } from "./Canvas";

export function ReactFlowSurface({ onTidy }: { onTidy: () => void }) {
  return (
    <ReactFlowProvider>
      <Canvas onTidy={onTidy} />
    </ReactFlowProvider>
  );
}
