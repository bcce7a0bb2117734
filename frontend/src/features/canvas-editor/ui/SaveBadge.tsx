/** Says at all times whether the work is safe. */
import { useTranslation } from "react-i18next";
import { useSaveStatus } from "../save/useAutosave";
import { useServices } from "./services";
import styles from "./topbar.module.css";

export function SaveBadge() {
  const { t } = useTranslation("editor");
  const { autosave } = useServices();
  const status = useSaveStatus(autosave);
  return (
    <button
      type="button"
      className={styles.save}
      data-state={status.state}
      title={status.detail || t(`save.${status.state}Hint`)}
      onClick={() => void autosave.flush()}
    >
      {t(`save.${status.state}`)}
    </button>
  );
}
