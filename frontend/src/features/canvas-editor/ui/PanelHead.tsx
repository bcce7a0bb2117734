/** Title of a side panel, with a way back to the settings of the canvas. */
import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useEditor } from "../store/editor";
import { select } from "../store/viewStore";
import styles from "./panel.module.css";

export function PanelHead({ children, closable = true }: { children: ReactNode; closable?: boolean }) {
  const editor = useEditor();
  const { t } = useTranslation("editor");
  const close = () => {
    editor.view.setState({ panel: "auto" });
    select(editor.view, []);
  };
  return (
    <header className={styles.head}>
      <div className={styles.headText}>{children}</div>
      {closable ? (
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t("panel.close")}
          onClick={close}
        />
      ) : null}
    </header>
  );
}
