/** Keeps the local copy in step with the work, and offers it when the page was left with something unsaved. */
import { Alert, Button, Space } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { dateTime } from "@/shared/lib/format";
import type { Editor } from "../store/editor";
import { useEditor, useSurroundings } from "../store/editor";
import { useServices } from "../ui/services";
import type { Autosave } from "./autosave";
import { dropDraft, findDraft, keepDraft, type LocalDraft } from "./localDraft";
import styles from "../ui/frame.module.css";

const KEEP_AFTER_MS = 400;

export function RestoreDraft() {
  const { t } = useTranslation("editor");
  const { lang, readOnly } = useSurroundings();
  const editor = useEditor();
  const { autosave, timezone } = useServices();
  const { found, forget } = useFound(editor, autosave);
  useKept(editor, autosave);
  if (!found || readOnly) return null;
  const restore = () => {
    editor.document.getState().run({ label: { key: "change.restore" }, recipe: () => found.document });
    forget();
  };
  return (
    <Alert
      className={styles.restore}
      type="info"
      showIcon
      title={t("draft.found", { at: dateTime(new Date(found.at).toISOString(), lang, timezone) })}
      action={
        <Space>
          <Button size="small" type="primary" onClick={restore}>
            {t("draft.restore")}
          </Button>
          <Button size="small" onClick={() => void dropDraft(editor.canvasId).then(forget)}>
            {t("draft.drop")}
          </Button>
        </Space>
      }
    />
  );
}

/** Work based on an older revision than the server's is not offered: restoring it would undo somebody's changes. */
function useFound(editor: Editor, autosave: Autosave) {
  const [found, setFound] = useState<LocalDraft | null>(null);
  useEffect(() => {
    let current = true;
    void findDraft(editor.canvasId).then((draft) => {
      if (current && draft && draft.revision === autosave.getRevision()) setFound(draft);
    });
    return () => {
      current = false;
    };
  }, [editor, autosave]);
  return { found, forget: () => setFound(null) };
}

function useKept(editor: Editor, autosave: Autosave): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      const { document } = editor.document.getState();
      timer = setTimeout(() => {
        if (autosave.getStatus().state === "saved") return;
        void keepDraft({
          canvas: editor.canvasId,
          revision: autosave.getRevision(),
          at: Date.now(),
          document,
        });
      }, KEEP_AFTER_MS);
    };
    const clean = () => void (autosave.getStatus().state === "saved" && dropDraft(editor.canvasId));
    const unfollow = editor.document.subscribe(keep);
    const unwatch = autosave.subscribe(clean);
    return () => {
      clearTimeout(timer);
      unfollow();
      unwatch();
    };
  }, [editor, autosave]);
}
