/** The panel on the right: settings of what is selected, else of the canvas; or the checklist, versions, the run. */
import { useTranslation } from "react-i18next";
import { useView } from "../store/editor";
import { Checklist } from "./Checklist";
import { Inspector } from "./Inspector";
import { RunPanel } from "./RunPanel";
import { SelectionPanel } from "./SelectionPanel";
import { SettingsPanel } from "./settings/SettingsPanel";
import { VersionList } from "./VersionList";
import styles from "./panel.module.css";

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
  if (panel === "versions") return <VersionList />;
  const [node] = nodes;
  if (nodes.length === 1 && node) return <Inspector key={node} id={node} />;
  if (nodes.length || edges.length) return <SelectionPanel />;
  return <SettingsPanel />;
}
