/** A mark on a card that has problems; pressing it opens the card's settings, where they stand in words. */
import { useTranslation } from "react-i18next";
import { compact, runNode } from "../model/figures";
import { countBySeverity } from "../model/problems";
import { useEditor, useOverlay, useSurroundings, useView } from "../store/editor";
import { select } from "../store/viewStore";
import styles from "./card.module.css";

export function ProblemBadge({ id }: { id: string }) {
  const editor = useEditor();
  const { t } = useTranslation("editor");
  const mode = useView((state) => state.mode);
  const problems = useOverlay((state) => state.problemsOf.get(id));
  if (mode === "data") return <FailedBadge id={id} />;
  if (!problems?.length) return null;
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

/** In data mode the same place shows people whom something went wrong for. */
function FailedBadge({ id }: { id: string }) {
  const editor = useEditor();
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const failed = useOverlay((state) => (state.run ? runNode(state.run, id).failed : 0));
  if (!failed) return null;
  return (
    <button
      type="button"
      className={`${styles.badge} nodrag`}
      data-severity="error"
      onClick={() => select(editor.view, [id])}
    >
      {t("card.failed")} {compact(failed, lang)}
    </button>
  );
}
