/** The keys of the editor, read from the command registry. */
import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { commands } from "../commands/registry";
import { shownKeys } from "../commands/keymap";
import { useEditor } from "../store/editor";
import styles from "./frame.module.css";

export function HelpSheet() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const mac = navigator.platform.startsWith("Mac");
  return (
    <Modal
      open
      footer={null}
      width={640}
      title={t("help.title")}
      onCancel={() => editor.view.setState({ dialog: null })}
    >
      <dl className={styles.help}>
        {commands.map((command) => (
          <div key={command.id}>
            <dt>{t(`command.${command.id}`)}</dt>
            <dd>
              <kbd>{shownKeys(command.keys[0] ?? "", mac)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.note} style={{ marginTop: 16 }}>
        {t("help.notice")}
      </p>
    </Modal>
  );
}
