/** A connection with the people on it, and a + to put a step into it. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { type MouseEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { compact } from "../model/figures";
import { useEditable, useEditor, useOverlay, useShown, useSurroundings, useView } from "../store/editor";
import styles from "./edge.module.css";
import { useFar } from "./far";
import type { CountedEdge as Wire } from "./mapping";

export const CountedEdge = memo(function CountedEdge(props: EdgeProps<Wire>) {
  const { id, selected } = props;
  const [path, x, y] = getBezierPath(props);
  const aimed = useView((state) => state.dropEdge === id);
  const near = useView((state) => state.hoverEdge === id);
  const weight = useWeight(id);
  const trail = useView((state) => state.trail?.edges.has(id));
  const far = useFar();
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={28}
        className={`${styles.edge} ${selected ? styles.selected : ""} ${aimed ? styles.target : ""} ${trail ? styles.walked : ""}`}
        style={{ strokeWidth: weight }}
      />
      {far ? null : (
        <EdgeLabelRenderer>
          <div
            data-near={near || selected}
            className={`${styles.label} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <People id={id} />
            <SpliceButton id={id} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function usePeople(id: string): number | undefined {
  const mode = useView((state) => state.mode);
  return useOverlay((state) => (mode === "data" ? state.run?.edges[id] : state.edgeEstimate[id]));
}

/** In data mode an edge is as thick as its share of the people. */
function useWeight(id: string): number {
  const mode = useView((state) => state.mode);
  const share = useOverlay((state) => {
    const all = state.run?.check.entered ?? 0;
    return all > 0 ? Math.min(1, (state.run?.edges[id] ?? 0) / all) : 0;
  });
  return mode === "data" ? 1.5 + 4.5 * share : 2;
}

function People({ id }: { id: string }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const mode = useView((state) => state.mode);
  const people = usePeople(id);
  const edge = useShown((document) => document.edges[id]);
  if (people === undefined || !edge) return null;
  const text = t("edge.people", { people: compact(people, lang) });
  if (mode === "edit") return <span className={styles.people}>{text}</span>;
  const show = () => editor.view.setState({ people: { node: edge.source, port: edge.sourcePort } });
  return (
    <button type="button" className={styles.people} onClick={show}>
      {text}
    </button>
  );
}

function SpliceButton({ id }: { id: string }) {
  const editable = useEditable();
  const editor = useEditor();
  const { t } = useTranslation("editor");
  if (!editable) return null;
  const open = (event: MouseEvent) => {
    event.stopPropagation();
    const box = event.currentTarget.getBoundingClientRect();
    editor.view.setState({
      picker: { intent: { kind: "splice", edge: id }, screen: { x: box.right + 8, y: box.top - 8 } },
    });
  };
  return (
    <button
      type="button"
      className={styles.splice}
      onClick={open}
      title={t("edge.splice")}
      aria-label={t("edge.splice")}
    >
      +
    </button>
  );
}
