/** Several steps, or a connection, are selected: what they are and what can be done with them. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { titleOf } from "../model/summary";
import { useDocument, useEditable, useEditor, useSurroundings, useView } from "../store/editor";
import { PanelHead } from "./PanelHead";
import styles from "./panel.module.css";
import { useServices } from "./services";

export function SelectionPanel() {
  const { t } = useTranslation("editor");
  const { nodes, edges } = useView((state) => state.selection);
  const editable = useEditable();
  const { dispatch } = useServices();
  return (
    <>
      <PanelHead>
        <h2>
          {nodes.length
            ? t("selection.steps", { count: nodes.length })
            : t("selection.edges", { count: edges.length })}
        </h2>
      </PanelHead>
      <div className={styles.body}>
        {nodes.length ? null : edges.map((id) => <EdgeLine key={id} id={id} />)}
        {editable ? (
          <footer className={styles.foot}>
            {nodes.length ? (
              <Button onClick={() => dispatch("duplicate")}>{t("command.duplicate")}</Button>
            ) : null}
            <Button danger onClick={() => dispatch("delete")}>
              {t("command.delete")}
            </Button>
          </footer>
        ) : null}
      </div>
    </>
  );
}

function EdgeLine({ id }: { id: string }) {
  const { catalogue } = useEditor();
  const { lang } = useSurroundings();
  const document = useDocument((state) => state.document);
  const edge = document.edges[id];
  if (!edge) return null;
  const name = (node: string) => {
    const found = document.nodes[node];
    return found ? titleOf(catalogue.byType.get(found.type), found, lang) : node;
  };
  return (
    <p>
      {name(edge.source)} → {name(edge.target)}
    </p>
  );
}
