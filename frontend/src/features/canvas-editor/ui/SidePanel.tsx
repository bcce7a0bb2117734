/** The panel on the right: settings of what is selected, else of the canvas; or the checklist, versions, the run. */
import { useTranslation } from "react-i18next";
import { useView } from "../store/editor";
import { SelectionPanel } from "./SelectionPanel";
import styles from "./panel.module.css";
import { part } from "./part";

// Forms bring date pickers and selects with them: the drawing is there before they are.
const Checklist = part(() => import("./Checklist").then((found) => found.Checklist));
const Inspector = part(() => import("./Inspector").then((found) => found.Inspector));
const RunPanel = part(() => import("./RunPanel").then((found) => found.RunPanel));
const SettingsPanel = part(() => import("./settings/SettingsPanel").then((found) => found.SettingsPanel));
const TrialPanel = part(() => import("./trial/TrialPanel").then((found) => found.TrialPanel));
const VersionList = part(() => import("./VersionList").then((found) => found.VersionList));

export function SidePanel() {
  const { t } = useTranslation("editor");
  const mode = useView((state) => state.mode);
  return (
    <aside className={styles.panel} aria-label={t(mode === "data" ? "run.title" : "panel.title")}>
      <Content />
    </aside>
  );
}

function Content() {
  const mode = useView((state) => state.mode);
  const panel = useView((state) => state.panel);
  const { nodes, edges } = useView((state) => state.selection);
  if (mode === "data") return <RunPanel />;
  if (panel === "checklist") return <Checklist />;
  if (panel === "trial") return <TrialPanel />;
  if (panel === "versions") return <VersionList />;
  const [node] = nodes;
  if (nodes.length === 1 && node) return <Inspector key={node} id={node} />;
  if (nodes.length || edges.length) return <SelectionPanel />;
  return <SettingsPanel />;
}
