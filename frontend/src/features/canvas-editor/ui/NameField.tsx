/** The name of the canvas, edited in place. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { composing } from "@/shared/lib/ime";
import { setSettings } from "../model/commands";
import { useDocument, useEditor, useSurroundings } from "../store/editor";
import styles from "./topbar.module.css";

export function NameField() {
  const { t } = useTranslation("editor");
  const { document } = useEditor();
  const { readOnly } = useSurroundings();
  const name = useDocument((state) => state.document.settings.name);
  const [typed, setTyped] = useState<string | null>(null);
  const keep = () => {
    const next = typed?.trim();
    if (next && next !== name) document.getState().run(setSettings({ name: next }));
    setTyped(null);
  };
  return (
    <input
      className={styles.name}
      value={typed ?? name}
      aria-label={t("topbar.name")}
      title={t("topbar.rename")}
      readOnly={readOnly}
      maxLength={120}
      style={{ width: `${Math.min(22, Math.max(6, widthOf(typed ?? name))) + 1.5}em` }}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (composing(event)) return;
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setTyped(null);
      }}
    />
  );
}

/** Chinese characters are about twice as wide as Latin ones. */
function widthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 255 ? 1 : 0.56), 0);
}
