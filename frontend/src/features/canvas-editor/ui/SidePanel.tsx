/** The panel on the right: settings of what is selected, else of the canvas; or the checklist, versions, the run. */
import { Spin } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useView } from "../store/editor";
import { SelectionPanel } from "./SelectionPanel";
import styles from "./panel.module.css";

// Forms bring date pickers and selects with them: the drawing is there before they are.
const Checklist = lazy(async () => ({ default: (await import("./Checklist")).Checklist }));
const Inspector = lazy(async () => ({ default: (await import("./Inspector")).Inspector }));
const RunPanel = lazy(async () => ({ default: (await import("./RunPanel")).RunPanel }));
const SettingsPanel = lazy(async () => ({
  default: (await import("./settings/SettingsPanel")).SettingsPanel,
}));
const VersionList = lazy(async () => ({ default: (await import("./VersionList")).VersionList }));

export function SidePanel() {
  const { t } = useTranslation("editor");
  const mode = useView((state) => state.mode);
  return (
    <aside className={styles.panel} aria-label={t(mode === "data" ? "run.title" : "panel.title")}>
      <Suspense fallback={<Spin className={styles.loading} />}>
        <Content />
      </Suspense>
    </aside>
  );
}

function Content() {
  const mode = useView((state) => state.mode);
  const panel = useView((state) => state.panel);
  const { nodes, edges } = useView((state) => state.selection);
  if (mode === "data") return <RunPanel />;
  if (panel === "checklist") return <Checklist />;
  if (panel === "versions") return <VersionList />;
  const [node] = nodes;
  if (nodes.length === 1 && node) return <Inspector key={node} id={node} />;
  if (nodes.length || edges.length) return <SelectionPanel />;
  return <SettingsPanel />;
}
