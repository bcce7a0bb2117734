/** The state of a canvas as a coloured word. */
import { useTranslation } from "react-i18next";
import type { WireCanvas } from "../model/wire";
import styles from "./topbar.module.css";

export function StateTag({ status }: { status: WireCanvas["status"] }) {
  const { t } = useTranslation("editor");
  return (
    <span className={styles.state} data-status={status}>
      {t(`state.${status}`)}
    </span>
  );
}
