/** The canvas as a list of steps in order: what a phone shows, with the few things an approver does there. */
import { LeftOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { familyVar } from "@/shared/ui/palette";
import { compact, estimatedNode, runNode } from "../model/figures";
import { type OutlineRow, outlineOf } from "../model/outline";
import { summarise, titleOf } from "../model/summary";
import { StepIcon } from "../steps/icons";
import { useEditor, useOverlay, useShown, useSurroundings, useView } from "../store/editor";
import { useLifeStep } from "../ui/LifeButtons";
import { StateTag } from "../ui/StateTag";
import { useServices } from "../ui/services";
import styles from "./outline.module.css";

export function Outline() {
  const { t } = useTranslation("editor");
  const { catalogue } = useEditor();
  const { canvas, open } = useServices();
  const document = useShown((shown) => shown);
  const rows = useMemo(() => outlineOf(document, catalogue), [document, catalogue]);
  return (
    <main className={styles.outline}>
      <header className={styles.head}>
        <Button
          type="text"
          icon={<LeftOutlined />}
          aria-label={t("page.toList")}
          onClick={() => open(null)}
        />
        <h1>{document.settings.name}</h1>
        <StateTag status={canvas.status} />
      </header>
      <Mode />
      <p className={styles.note}>{t("outline.note")}</p>
      <ol className={styles.rows} aria-label={t("outline.title")}>
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ol>
      {rows.length ? null : <p className={styles.note}>{t("outline.empty")}</p>}
      <Buttons />
    </main>
  );
}

function Mode() {
  const { t } = useTranslation("editor");
  const { view } = useEditor();
  const mode = useView((state) => state.mode);
  const { runId } = useServices();
  if (!runId) return null;
  return (
    <Segmented
      block
      value={mode}
      onChange={(next) => view.setState({ mode: next })}
      options={[
        { value: "edit" as const, label: t("outline.plan") },
        { value: "data" as const, label: t("topbar.data") },
      ]}
    />
  );
}

function Row({ row }: { row: OutlineRow }) {
  const { catalogue } = useEditor();
  const { lang, words } = useSurroundings();
  const node = useShown((document) => document.nodes[row.id]);
  if (!node) return null;
  const entry = catalogue.byType.get(node.type);
  const family = entry?.family ?? "flow";
  return (
    <li className={styles.row} style={{ marginLeft: Math.min(row.level, 5) * 18 }}>
      {row.via ? <span className={styles.via}>{row.via.labels[lang]}</span> : null}
      <div className={styles.step}>
        <span
          className={styles.icon}
          style={{ color: familyVar(family), background: familyVar(family, true) }}
        >
          <StepIcon type={node.type} family={family} size={18} />
        </span>
        <div className={styles.words}>
          <b>{titleOf(entry, node, lang)}</b>
          <span>{summarise(entry, node.config, words).text}</span>
        </div>
        <People id={row.id} />
      </div>
    </li>
  );
}

function People({ id }: { id: string }) {
  const { lang } = useSurroundings();
  const mode = useView((state) => state.mode);
  const people = useOverlay((state) => {
    if (mode === "data") return state.run ? runNode(state.run, id).entered : undefined;
    return state.estimate ? estimatedNode(state.estimate, id) : undefined;
  });
  return people === undefined ? null : <span className={styles.people}>{compact(people, lang)}</span>;
}

function Buttons() {
  const { t } = useTranslation("editor");
  const { view } = useEditor();
  const { readOnly } = useSurroundings();
  const { canvas } = useServices();
  const { busy, ask } = useLifeStep();
  if (readOnly) return null;
  return (
    <footer className={styles.foot}>
      {canvas.status === "draft" || canvas.changed ? (
        <Button type="primary" size="large" block onClick={() => view.setState({ dialog: "publish" })}>
          {t(canvas.version === null ? "life.publish" : "life.publishAgain")}
        </Button>
      ) : null}
      {canvas.status === "live" ? (
        <Button size="large" block loading={busy} onClick={() => ask("pause")}>
          {t("life.pause")}
        </Button>
      ) : null}
      {canvas.status === "paused" ? (
        <Button size="large" block loading={busy} onClick={() => ask("resume")}>
          {t("life.resume")}
        </Button>
      ) : null}
    </footer>
  );
}
