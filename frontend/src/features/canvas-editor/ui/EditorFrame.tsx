/** The editor of one canvas: which part stands where. */
import { useEffect, useRef } from "react";
import { useClipboard } from "../commands/useClipboard";
import { handleKey } from "../commands/keymap";
import type { CatalogueAnswer } from "../model/catalogue";
import type { WireCanvas } from "../model/wire";
import { useRun } from "../overlay/useRun";
import { ReactFlowSurface } from "../rf/Surface";
import { ConflictDialog } from "../save/ConflictDialog";
import { RestoreDraft } from "../save/RestoreDraft";
import { EditorContext, useEditable, useEditor, useView } from "../store/editor";
import { Dialogs } from "./Dialogs";
import styles from "./frame.module.css";
import { LiveRegion } from "./LiveRegion";
import { NodePicker } from "./NodePicker";
import { Palette } from "./Palette";
import { part, usePartsAhead } from "./part";
import { SidePanel } from "./SidePanel";
import { ServicesContext, useServices } from "./services";
import { TopBar } from "./TopBar";
import { useNarrow } from "./useNarrow";
import { useServicesFor } from "./useServicesFor";
import { useSurroundingsFor } from "./useSurroundings";

// Each is shown to some only: an empty canvas, a phone.
const EmptyCanvas = part(() => import("./EmptyCanvas").then((found) => found.EmptyCanvas), true);
const Outline = part(() => import("../outline/Outline").then((found) => found.Outline));

interface Props {
  canvas: WireCanvas;
  types: CatalogueAnswer;
}

export function EditorFrame({ canvas: opened, types }: Props) {
  const surroundings = useSurroundingsFor(opened, types);
  const services = useServicesFor(opened, surroundings);
  return (
    <EditorContext value={surroundings}>
      <ServicesContext value={services}>
        <Arrangement />
      </ServicesContext>
    </EditorContext>
  );
}

function useKeys(): void {
  const { dispatch } = useServices();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => handleKey(event, dispatch);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [dispatch]);
}

function Arrangement() {
  const narrow = useNarrow();
  const { runId } = useServices();
  useRun(runId);
  useKeys();
  useClipboard();
  usePartsAhead();
  if (narrow) {
    return (
      <>
        <Outline />
        <Dialogs />
      </>
    );
  }
  return (
    <div className={styles.frame}>
      <TopBar />
      <RestoreDraft />
      <Work />
      <NodePicker />
      <Dialogs />
      <ConflictDialog />
      <LiveRegion />
    </div>
  );
}

function Work() {
  const editable = useEditable();
  const mode = useView((state) => state.mode);
  const { dispatch } = useServices();
  useFitOnModeChange(mode);
  return (
    <div className={styles.work} data-mode={mode}>
      {editable ? <Palette /> : null}
      <main className={styles.stage}>
        <ReactFlowSurface onTidy={() => dispatch("tidy")} />
        <EmptyCanvas />
      </main>
      <SidePanel />
    </div>
  );
}

/** The palette comes and goes with the mode: the canvas has another width then and is shown whole again. */
function useFitOnModeChange(mode: string): void {
  const { view } = useEditor();
  const before = useRef(mode);
  useEffect(() => {
    if (before.current === mode) return;
    before.current = mode;
    const timer = setTimeout(() => view.getState().open(), 60);
    return () => clearTimeout(timer);
  }, [mode, view]);
}
