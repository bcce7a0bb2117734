/** Ties the autosave machine to the document store, to leaving the page and to the network coming back. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { saveCanvas } from "../api";
import type { Editor } from "../store/editor";
import { Autosave, type SaveStatus } from "./autosave";

export function useAutosave(editor: Editor, revision: number, onSaved: () => void): Autosave {
  const autosave = useMemo(
    () =>
      new Autosave({
        revision,
        read: () => editor.document.getState().document,
        send: (patch, at, keepalive) => saveCanvas(editor.canvasId, patch, at, keepalive),
        onSaved,
      }),
    // One machine for the life of the editor: a new revision reaches it by `adopt`, never by being made anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [editor],
  );
  useEffect(() => {
    autosave.start();
    const unfollow = editor.document.subscribe(() => autosave.touch());
    const leave = () => void (document.visibilityState === "hidden" && autosave.flush(true));
    const online = () => void autosave.flush();
    const warn = (event: BeforeUnloadEvent) => {
      if (autosave.getStatus().state !== "saved") event.preventDefault();
    };
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("online", online);
    window.addEventListener("beforeunload", warn);
    return () => {
      unfollow();
      document.removeEventListener("visibilitychange", leave);
      window.removeEventListener("online", online);
      window.removeEventListener("beforeunload", warn);
      // Going to another page of the app: what was typed last is still sent.
      void autosave.flush(true).finally(() => autosave.stop());
    };
  }, [autosave, editor]);
  return autosave;
}

export function useSaveStatus(autosave: Autosave): SaveStatus {
  return useSyncExternalStore(autosave.subscribe, autosave.getStatus);
}
