/** Somebody else saved this canvas meanwhile: nothing more is saved until a way out is chosen. Loud on purpose. */
import { Alert, App, Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createCanvas, readCanvas } from "../api";
import { toWireGraph } from "../model/wire";
import { useEditor } from "../store/editor";
import { useServices } from "../ui/services";
import { useSaveStatus } from "./useAutosave";

export function ConflictDialog() {
  const { autosave } = useServices();
  const { state } = useSaveStatus(autosave);
  return state === "conflict" ? <Conflict /> : null;
}

function Conflict() {
  const { t } = useTranslation("editor");
  const { busy, takeTheirs, keepMine } = useWaysOut();
  return (
    <Modal
      open
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      title={t("conflict.title")}
      footer={[
        <Button key="copy" loading={busy} onClick={() => void keepMine()}>
          {t("conflict.copy")}
        </Button>,
        <Button key="theirs" type="primary" loading={busy} onClick={() => void takeTheirs()}>
          {t("conflict.theirs")}
        </Button>,
      ]}
    >
      <Alert type="warning" showIcon title={t("conflict.means")} description={t("conflict.choices")} />
    </Modal>
  );
}

function useWaysOut() {
  const { t } = useTranslation("editor");
  const { message } = App.useApp();
  const { document } = useEditor();
  const { canvas, takeOver, autosave, open } = useServices();
  const [busy, setBusy] = useState(false);
  const takeTheirs = async () => {
    setBusy(true);
    const { data, problem } = await readCanvas(canvas.id);
    setBusy(false);
    if (data) takeOver(data);
    if (problem) void message.error(problem.detail || t("page.failed"));
  };
  const keepMine = async () => {
    setBusy(true);
    const mine = document.getState().document;
    const name = t("conflict.copyName", { name: mine.settings.name });
    const { data, problem } = await createCanvas({ ...mine.settings, name, graph: toWireGraph(mine) });
    setBusy(false);
    if (problem) return void message.error(problem.detail || t("page.failed"));
    // My work is safe in the copy: leaving must not ask about it, and nothing of it may reach the original.
    autosave.stop();
    if (data) open(data.id);
  };
  return { busy, takeTheirs, keepMine };
}
