/** People on a card: the estimate while drawing, entered / waiting / done of the run in data mode. */
import { useTranslation } from "react-i18next";
import { compact, estimatedNode, full, runNode } from "../model/figures";
import { useEditor, useOverlay, useSurroundings, useView } from "../store/editor";
import styles from "./card.module.css";

export function CardCounts({ id }: { id: string }) {
  const mode = useView((state) => state.mode);
  return mode === "data" ? <RunCounts id={id} /> : <Estimated id={id} />;
}

function Estimated({ id }: { id: string }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const people = useOverlay((state) => (state.estimate ? estimatedNode(state.estimate, id) : undefined));
  if (people === undefined) return <p className={styles.counts}>{t("card.noEstimate")}</p>;
  return (
    <p className={styles.counts} title={t("card.peopleFull", { people: full(people, lang) })}>
      {t("card.estimated")} <b>{compact(people, lang)}</b> {t("card.people")}
    </p>
  );
}

function RunCounts({ id }: { id: string }) {
  const { t } = useTranslation("editor");
  const run = useOverlay((state) => state.run);
  if (!run) return <p className={styles.counts}>{t("card.noRun")}</p>;
  const figures = runNode(run, id);
  return (
    <div className={styles.runCounts}>
      <Figure id={id} name={t("card.entered")} value={figures.entered} />
      <Figure id={id} name={t("card.waiting")} value={figures.waiting} tone={figures.waiting ? "wait" : ""} />
      <Figure id={id} name={t("card.done")} value={figures.done} />
    </div>
  );
}

function Figure({ id, name, value, tone = "" }: { id: string; name: string; value: number; tone?: string }) {
  const editor = useEditor();
  const { lang } = useSurroundings();
  const show = () => editor.view.setState({ people: { node: id } });
  return (
    <button type="button" className={`${styles.figure} nodrag`} data-tone={tone} onClick={show}>
      <span>{name}</span>
      <b>{compact(value, lang)}</b>
    </button>
  );
}
