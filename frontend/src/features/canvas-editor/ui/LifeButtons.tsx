/** Publish, run now, pause, resume, end: what can be done in the state the canvas is in. */
import { MoreOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeState, readInside, resumeCanvas } from "../api";
import { useEditor, useSurroundings } from "../store/editor";
import { useServices } from "./services";

type Step = "pause" | "resume" | "end";

export function LifeButtons() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { readOnly } = useSurroundings();
  const { canvas, dispatch } = useServices();
  const { busy, ask } = useLifeStep();
  if (readOnly) return null;
  const live = canvas.status === "live";
  const later: Step[] = live ? ["pause", "end"] : canvas.status === "paused" ? ["resume", "end"] : [];
  const items = [
    ...later.map((step) => ({
      key: step,
      label: t(`life.${step}`),
      danger: step === "end",
      onClick: () => ask(step),
    })),
    { type: "divider" as const },
    {
      key: "versions",
      label: t("versions.title"),
      onClick: () => editor.view.setState({ panel: "versions", mode: "edit" }),
    },
    { key: "help", label: t("command.help"), onClick: () => void dispatch("help") },
  ];
  const fresh = canvas.status === "draft" || canvas.changed;
  return (
    <>
      {live && canvas.kind === "scheduled" ? (
        <Button onClick={() => editor.view.setState({ dialog: "runNow" })}>{t("life.runNow")}</Button>
      ) : null}
      {fresh || canvas.status === "draft" ? (
        <Button type="primary" onClick={() => editor.view.setState({ dialog: "publish" })}>
          {t(canvas.version === null ? "life.publish" : "life.publishAgain")}
        </Button>
      ) : null}
      <Dropdown menu={{ items: later.length ? items : items.slice(1) }} trigger={["click"]}>
        <Button type="text" icon={<MoreOutlined />} loading={busy} aria-label={t("life.more")} />
      </Dropdown>
    </>
  );
}

export function useLifeStep() {
  const { t } = useTranslation("editor");
  const { modal, message } = App.useApp();
  const editor = useEditor();
  const { canvas, setCanvas } = useServices();
  const [busy, setBusy] = useState(false);
  const go = async (step: Step) => {
    setBusy(true);
    const { data, problem } = await (step === "resume"
      ? resumeCanvas(canvas.id, "run")
      : changeState(canvas.id, step));
    setBusy(false);
    if (data) setCanvas(data);
    if (problem) void message.error(problem.detail || t("page.failed"));
    else void message.success(t(`life.${step}Done`));
  };
  const resume = async () => {
    const { data } = await readInside(canvas.id);
    if (data?.overdue) editor.view.setState({ dialog: "resume" });
    else await go("resume");
  };
  const ask = (step: Step) => {
    if (step === "resume") return void resume();
    modal.confirm({
      title: t(`life.${step}Ask`),
      content: t(`life.${step}Means`),
      okText: t(`life.${step}`),
      cancelText: t("page.cancel"),
      okButtonProps: { danger: step === "end" },
      onOk: () => go(step),
    });
  };
  return { busy, ask };
}
