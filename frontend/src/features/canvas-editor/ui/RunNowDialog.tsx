/** Run at once: for everybody, or for a sample first. Says how many people that is. */
import { App, InputNumber, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Sample, runNow } from "../api";
import { estimatedEntry, full } from "../model/figures";
import { useDocument, useEditor, useOverlay, useSurroundings } from "../store/editor";
import styles from "./frame.module.css";
import { useServices } from "./services";

type Choice = "all" | "count" | "percent";

export function RunNowDialog() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const [choice, setChoice] = useState<Choice>("all");
  const [count, setCount] = useState(200);
  const [percent, setPercent] = useState(5);
  const sample: Sample | null = choice === "all" ? null : choice === "count" ? { count } : { percent };
  const { busy, start } = useStart(sample);
  const close = () => editor.view.setState({ dialog: null });
  return (
    <Modal
      open
      title={t("runNow.title")}
      okText={t("runNow.ok")}
      cancelText={t("page.cancel")}
      okButtonProps={{ loading: busy }}
      onOk={() => void start()}
      onCancel={close}
    >
      <div className={styles.stack}>
        <p>{t("runNow.means")}</p>
        <Radio.Group value={choice} onChange={(event) => setChoice(event.target.value as Choice)} vertical>
          <Radio value="all">{t("runNow.all")}</Radio>
          <Radio value="count">
            {t("runNow.count")}{" "}
            <InputNumber
              size="small"
              min={1}
              max={1_000_000}
              precision={0}
              value={count}
              disabled={choice !== "count"}
              aria-label={t("runNow.count")}
              onChange={(next) => setCount(next ?? 1)}
            />{" "}
            {t("card.people")}
          </Radio>
          <Radio value="percent">
            {t("runNow.percent")}{" "}
            <InputNumber
              size="small"
              min={0.1}
              max={100}
              value={percent}
              disabled={choice !== "percent"}
              aria-label={t("runNow.percent")}
              onChange={(next) => setPercent(next ?? 1)}
            />{" "}
            %
          </Radio>
        </Radio.Group>
        <Reach sample={sample} />
      </div>
    </Modal>
  );
}

function Reach({ sample }: { sample: Sample | null }) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const document = useDocument((state) => state.document);
  const estimate = useOverlay((state) => state.estimate);
  if (!estimate) return null;
  const { people: all, exact } = estimatedEntry(document, estimate);
  const people = !sample
    ? all
    : "count" in sample
      ? Math.min(all, sample.count)
      : Math.round((all * sample.percent) / 100);
  return (
    <p>
      {t(exact ? "runNow.reach" : "topbar.atMost")} <b>{full(people, lang)}</b> {t("card.people")}
    </p>
  );
}

function useStart(sample: Sample | null) {
  const { t } = useTranslation("editor");
  const { message } = App.useApp();
  const editor = useEditor();
  const { canvas, showRun } = useServices();
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    const { data, problem } = await runNow(canvas.id, sample);
    setBusy(false);
    if (problem) return void message.error(problem.detail || t("page.failed"));
    if (!data) return;
    showRun(data.id);
    editor.view.setState({ dialog: null, mode: "data", panel: "auto", picker: null });
    void message.success(t("runNow.done"));
  };
  return { busy, start };
}
