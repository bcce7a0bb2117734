/** One step of a run: people in, standing, out by each exit, and who was held back for what reason. */
import { useTranslation } from "react-i18next";
import { reasonWords } from "@/shared/lib/reason";
import { goTo } from "../commands/focus";
import { full, type RunFigures, runNode } from "../model/figures";
import { portsOf } from "../model/ports";
import { titleOf } from "../model/summary";
import { useEditor, useShown, useSurroundings } from "../store/editor";
import styles from "./panel.module.css";

export function RunStep({ id, run, open }: { id: string; run: RunFigures; open: boolean }) {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { lang } = useSurroundings();
  const node = useShown((document) => document.nodes[id]);
  if (!node) return null;
  const figures = runNode(run, id);
  return (
    <article className={styles.runStep} data-open={open}>
      <button type="button" onClick={() => goTo(editor, id)} aria-expanded={open}>
        <span>{titleOf(editor.catalogue.byType.get(node.type), node, lang)}</span>
        <b>{full(figures.entered, lang)}</b>
        {figures.waiting ? <em>{t("run.waitingHere", { people: full(figures.waiting, lang) })}</em> : null}
      </button>
      {open ? <Exits id={id} run={run} /> : null}
    </article>
  );
}

function Exits({ id, run }: { id: string; run: RunFigures }) {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { lang } = useSurroundings();
  const node = useShown((document) => document.nodes[id]);
  const figures = run.nodes[id];
  if (!node || !figures) return null;
  const ports = portsOf(editor.catalogue.byType.get(node.type), node.config).outputs;
  const label = (key: string) =>
    ports.find((port) => port.key === key)?.labels[lang] ?? t(`exit.${key}`, { defaultValue: key });
  const show = (port: string) => editor.view.setState({ people: { node: id, port } });
  return (
    <dl>
      {Object.entries(figures.left ?? {}).map(([port, people]) => (
        <div key={port}>
          <dt>{label(port)}</dt>
          <dd>
            <button type="button" onClick={() => show(port)}>
              {full(people, lang)}
            </button>
          </dd>
        </div>
      ))}
      {Object.entries(figures.dropped ?? {}).map(([door, people]) => (
        <div key={door}>
          <dt>{t(`exit.${door}`, { defaultValue: door })}</dt>
          <dd>{full(people, lang)}</dd>
        </div>
      ))}
      {Object.entries(figures.suppressed ?? {}).map(([reason, people]) => (
        <div key={reason} data-tone="held">
          <dt>{t("run.held", { reason: reasonWords(t, reason) })}</dt>
          <dd>
            <button type="button" onClick={() => show(reason)}>
              {full(people, lang)}
            </button>
          </dd>
        </div>
      ))}
    </dl>
  );
}
