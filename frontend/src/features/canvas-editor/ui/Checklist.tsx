/** Everything that stands between the canvas and going live, each with a way to its place. */
import { Button, Empty } from "antd";
import { useTranslation } from "react-i18next";
import { goTo } from "../commands/focus";
import type { CanvasProblem } from "../model/problems";
import { titleOf } from "../model/summary";
import { useDocument, useEditor, useOverlay, useSurroundings } from "../store/editor";
import { PanelHead } from "./PanelHead";
import styles from "./panel.module.css";
import { problemText } from "./problemText";

export function Checklist() {
  const { t } = useTranslation("editor");
  const problems = useOverlay((state) => state.problems);
  return (
    <>
      <PanelHead>
        <h2>{t("checklist.title")}</h2>
      </PanelHead>
      <div className={styles.body}>
        {problems.length ? (
          <>
            <p className={styles.help}>{t("checklist.intro")}</p>
            <ProblemList />
          </>
        ) : (
          <Empty image={<Clean />} description={t("checklist.clean")} />
        )}
      </div>
    </>
  );
}

function Clean() {
  return (
    <svg
      viewBox="0 0 64 64"
      width="64"
      height="64"
      fill="none"
      stroke="var(--c-success)"
      strokeWidth="3"
      aria-hidden="true"
    >
      <circle cx="32" cy="32" r="26" />
      <path d="m20 33 8 8 16-18" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

export function ProblemList({ onGo }: { onGo?: () => void }) {
  const problems = useOverlay((state) => state.problems);
  const sorted = [...problems].sort(
    (a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"),
  );
  return (
    <ul className={styles.checklist}>
      {sorted.map((problem, index) => (
        <ProblemRow key={`${problem.code}${problem.node}${index}`} problem={problem} onGo={onGo} />
      ))}
    </ul>
  );
}

function ProblemRow({ problem, onGo }: { problem: CanvasProblem; onGo?: () => void }) {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { lang } = useSurroundings();
  const node = useDocument((state) => (problem.node ? state.document.nodes[problem.node] : undefined));
  const go = () => {
    onGo?.();
    if (node) goTo(editor, node.id);
    else
      editor.view.setState({
        panel: "auto",
        selection: { nodes: [], edges: problem.edge ? [problem.edge] : [] },
      });
  };
  const place = node ? titleOf(editor.catalogue.byType.get(node.type), node, lang) : t("checklist.canvas");
  return (
    <li data-severity={problem.severity}>
      <div>
        <b>{place}</b>
        <span>{problemText(t, problem, lang)}</span>
      </div>
      <Button size="small" onClick={go}>
        {t("checklist.go")}
      </Button>
    </li>
  );
}
