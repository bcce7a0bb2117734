/** Copy, cut and paste of steps through the system clipboard, so that they can go to another canvas or window. */
import { useEffect } from "react";
import { copyText, pasteSteps, readCopied } from "../model/clipboard";
import { removeSelection } from "../store/actions";
import { type Editor, useEditable, useEditor } from "../store/editor";
import { announce, select } from "../store/viewStore";
import { ownText } from "./keymap";

export function useClipboard(): void {
  const editor = useEditor();
  const editable = useEditable();
  useEffect(() => {
    const copy = (event: ClipboardEvent) => void copySelection(editor, event);
    const cut = (event: ClipboardEvent) => {
      if (editable && copySelection(editor, event)) removeSelection(editor);
    };
    const paste = (event: ClipboardEvent) => {
      if (editable && !ownText(event.target)) pasteInto(editor, event);
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", cut);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", cut);
      document.removeEventListener("paste", paste);
    };
  }, [editor, editable]);
}

function copySelection(editor: Editor, event: ClipboardEvent): boolean {
  const { nodes } = editor.view.getState().selection;
  const marked = !document.getSelection()?.isCollapsed;
  if (!nodes.length || marked || ownText(event.target)) return false;
  event.clipboardData?.setData("text/plain", copyText(editor.document.getState().document, nodes));
  event.preventDefault();
  announce(editor.view, "said.copied", { count: nodes.length });
  return true;
}

function pasteInto(editor: Editor, event: ClipboardEvent): void {
  const copied = readCopied(event.clipboardData?.getData("text/plain") ?? "");
  if (!copied) return;
  event.preventDefault();
  const { document, run } = editor.document.getState();
  const { command, ids, left } = pasteSteps(
    document,
    editor.catalogue,
    copied,
    editor.view.getState().centre(),
  );
  if (!ids.length) return announce(editor.view, "refused.paste");
  run(command);
  select(editor.view, ids);
  announce(editor.view, left ? "said.pastedSome" : "said.pasted", { count: ids.length, left });
}
