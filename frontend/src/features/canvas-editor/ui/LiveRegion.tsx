/** Says what just happened, to screen readers and, for a moment, to everybody. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useView } from "../store/editor";
import styles from "./frame.module.css";

const SHOWN_MS = 2600;

export function LiveRegion() {
  const { t } = useTranslation("editor");
  const said = useView((state) => state.announcement);
  const [over, setOver] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setOver(said.seq), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said.seq]);
  const text = said.key && over !== said.seq ? t(said.key, said.params) : "";
  const tone = said.key.startsWith("refused") ? "refused" : "said";
  return (
    <div className={styles.live} role="status" aria-live="polite" data-tone={tone} data-shown={text !== ""}>
      {text}
    </div>
  );
}
