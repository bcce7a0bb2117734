/** Going on after a pause: what to do with those whose time came meanwhile. Opens only when there are any. */
import { useQuery } from "@tanstack/react-query";
import { App, InputNumber, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Overdue, readInside, resumeCanvas } from "../api";
import { full } from "../model/figures";
import { useEditor, useSurroundings } from "../store/editor";
import styles from "./frame.module.css";
import { useServices } from "./services";

type Choice = "run" | "spread" | "skip";

const USUAL_MINUTES = 60;

export function ResumeDialog() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const [choice, setChoice] = useState<Choice>("run");
  const [minutes, setMinutes] = useState(USUAL_MINUTES);
  const { busy, resume } = useResume(choice === "spread" ? { spread_minutes: minutes } : choice);
  return (
    <Modal
      open
      title={t("resume.title")}
      okText={t("life.resume")}
      cancelText={t("page.cancel")}
      okButtonProps={{ loading: busy }}
      onOk={() => void resume()}
      onCancel={() => editor.view.setState({ dialog: null })}
    >
      <div className={styles.stack}>
        <Concerned />
        <Radio.Group
          value={choice}
          onChange={(event) => setChoice(event.target.value as Choice)}
          aria-label={t("resume.title")}
          vertical
        >
          <Radio value="run">{t("resume.run")}</Radio>
          <Radio value="spread">
            {t("resume.spread")}{" "}
            <InputNumber
              size="small"
              min={1}
              max={7 * 24 * 60}
              precision={0}
              value={minutes}
              disabled={choice !== "spread"}
              aria-label={t("resume.minutes")}
              onChange={(next) => setMinutes(next ?? 1)}
            />{" "}
            {t("resume.minutes")}
          </Radio>
          <Radio value="skip">{t("resume.skip")}</Radio>
        </Radio.Group>
        <p className={styles.note}>{t(`resume.${choice}Means`)}</p>
      </div>
    </Modal>
  );
}

function Concerned() {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { canvas } = useServices();
  const inside = useQuery({
    queryKey: keys.part("canvases", canvas.id, "inside", { resume: true }),
    queryFn: () => fetched(readInside(canvas.id)),
    gcTime: 0,
  });
  return <p>{t("resume.concerned", { people: inside.data ? full(inside.data.overdue, lang) : "…" })}</p>;
}

function useResume(overdue: Overdue) {
  const { t } = useTranslation("editor");
  const { message } = App.useApp();
  const editor = useEditor();
  const { canvas, setCanvas } = useServices();
  const [busy, setBusy] = useState(false);
  const resume = async () => {
    setBusy(true);
    const { data, problem } = await resumeCanvas(canvas.id, overdue);
    setBusy(false);
    if (problem) return void message.error(problem.detail || t("page.failed"));
    if (data) setCanvas(data);
    editor.view.setState({ dialog: null });
    void message.success(t("life.resumeDone"));
  };
  return { busy, resume };
}
