/** A mark on a card that has problems; pressing it opens the card's settings, where they stand in words. */
import { useTranslation } from "react-i18next";
import { countBySeverity } from "../model/problems";
import { useEditor, useOverlay, useView } from "../store/editor";
import { select } from "../store/viewStore";
import styles from "./card.module.css";

export function ProblemBadge({ id }: { id: string }) {
  const editor = useEditor();
  const { t } = useTranslation("editor");
  const mode = useView((state) => state.mode);
  const problems = useOverlay((state) => state.problemsOf.get(id));
  if (!problems?.length || mode === "data") return null;
  const { errors } = countBySeverity(problems);
  const label = t("aria.problems", { count: problems.length });
  return (
    <button
      type="button"
      className={`${styles.badge} nodrag`}
      data-severity={errors ? "error" : "warning"}
      onClick={() => select(editor.view, [id])}
      title={label}
      aria-label={label}
    >
      {problems.length}
    </button>
  );
}
