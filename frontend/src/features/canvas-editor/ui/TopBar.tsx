/** The bar above the canvas: name, state, saving, undo, check, publish and the life of the canvas. */
import { LeftOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, Segmented, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useDocument, useEditable, useEditor, useOverlay, useSurroundings, useView } from "../store/editor";
import { compact, estimatedEntry } from "../model/figures";
import { countBySeverity } from "../model/problems";
import { LifeButtons } from "./LifeButtons";
import { NameField } from "./NameField";
import { SaveBadge } from "./SaveBadge";
import { StateTag } from "./StateTag";
import { useServices } from "./services";
import styles from "./topbar.module.css";

export function TopBar() {
  const { t } = useTranslation("editor");
  const { open } = useServices();
  const editable = useEditable();
  return (
    <section className={styles.bar} aria-label={t("topbar.title")}>
      <Button type="text" icon={<LeftOutlined />} aria-label={t("page.toList")} onClick={() => open(null)} />
      <HiddenTitle />
      <NameField />
      <KindAndState />
      <SaveBadge />
      <span className={styles.gap} />
      {editable ? <UndoButtons /> : null}
      <ModeSwitch />
      <People />
      <TrialButton />
      <CheckButton />
      <LifeButtons />
    </section>
  );
}

/** The name is an input for the eye; a screen reader also wants it as the heading of the page. */
function HiddenTitle() {
  const name = useDocument((state) => state.document.settings.name);
  return <h1 className={styles.hidden}>{name}</h1>;
}

function KindAndState() {
  const { t } = useTranslation("editor");
  const { canvas } = useServices();
  return (
    <span className={styles.kind}>
      {t(`kind.${canvas.kind}`)}
      <StateTag status={canvas.status} />
      {canvas.changed && canvas.version !== null ? (
        <span className={styles.changed}>{t("state.changed")}</span>
      ) : null}
    </span>
  );
}

function UndoButtons() {
  const { t } = useTranslation("editor");
  const { dispatch } = useServices();
  const last = useDocument((state) => state.past.at(-1));
  const next = useDocument((state) => state.future.at(-1));
  const name = (entry: typeof last) => (entry ? t(entry.label.key, entry.label.params ?? {}) : "");
  return (
    <span className={styles.undo}>
      <Tooltip title={last ? t("topbar.undo", { what: name(last) }) : null}>
        <Button
          type="text"
          icon={<UndoOutlined />}
          disabled={!last}
          aria-label={t("command.undo")}
          onClick={() => dispatch("undo")}
        />
      </Tooltip>
      <Tooltip title={next ? t("topbar.redo", { what: name(next) }) : null}>
        <Button
          type="text"
          icon={<RedoOutlined />}
          disabled={!next}
          aria-label={t("command.redo")}
          onClick={() => dispatch("redo")}
        />
      </Tooltip>
    </span>
  );
}

function ModeSwitch() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const mode = useView((state) => state.mode);
  const { runId } = useServices();
  if (!runId) return null;
  return (
    <Segmented
      value={mode}
      onChange={(next) => editor.view.setState({ mode: next, panel: "auto", picker: null })}
      options={[
        { value: "edit" as const, label: t("topbar.edit") },
        { value: "data" as const, label: t("topbar.data") },
      ]}
      aria-label={t("topbar.mode")}
    />
  );
}

function People() {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const mode = useView((state) => state.mode);
  const document = useDocument((state) => state.document);
  const estimate = useOverlay((state) => state.estimate);
  const pending = useOverlay((state) => state.estimating);
  if (
    mode === "data" ||
    !estimate ||
    !Object.keys(estimate.nodes).length ||
    document.settings.kind !== "scheduled"
  )
    return null;
  const { people, exact } = estimatedEntry(document, estimate);
  return (
    <span className={styles.people} data-pending={pending}>
      {t(exact ? "topbar.estimate" : "topbar.atMost")} <b>{compact(people, lang)}</b> {t("card.people")}
    </span>
  );
}

function TrialButton() {
  const { t } = useTranslation("trial");
  const editor = useEditor();
  const { readOnly } = useSurroundings();
  const mode = useView((state) => state.mode);
  if (readOnly || mode === "data") return null;
  return <Button onClick={() => editor.view.setState({ panel: "trial" })}>{t("open")}</Button>;
}

function CheckButton() {
  const { t } = useTranslation("editor");
  const { check } = useServices();
  const mode = useView((state) => state.mode);
  const problems = useOverlay((state) => state.problems);
  const checking = useOverlay((state) => state.checking);
  const { errors, warnings } = countBySeverity(problems);
  if (mode === "data") return null;
  const tone = errors ? "error" : warnings ? "warning" : "clean";
  return (
    <Button onClick={() => void check()} aria-busy={checking}>
      {t("command.check")}
      <span className={styles.count} data-tone={tone}>
        {errors + warnings || "✓"}
      </span>
    </Button>
  );
}
