/** Wires saving, figures and commands of one open canvas together. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { keys } from "@/shared/api/keys";
import { useSession } from "@/shared/api/queries";
import { type CommandContext, commandById } from "../commands/registry";
import { moveNodes } from "../model/commands";
import { placeMissing } from "../model/place";
import { type WireCanvas, fromWire } from "../model/wire";
import { Figures } from "../overlay/Figures";
import { useAutosave } from "../save/useAutosave";
import type { Surroundings } from "../store/editor";
import { announce } from "../store/viewStore";
import type { Services } from "./services";

export function useServicesFor(opened: WireCanvas, { editor, lang, readOnly }: Surroundings): Services {
  const client = useQueryClient();
  const navigate = useNavigate();
  const timezone = useSession().data?.tenant?.timezone ?? "Asia/Shanghai";
  const [canvas, setCanvas] = useState(opened);
  const [runId, showRun] = useState<string | null>(opened.run);
  const figures = useMemo(() => new Figures(editor), [editor]);
  const autosave = useAutosave(editor, opened.revision, () => figures.soon());

  useEffect(() => {
    figures.look();
    const unfollow = editor.document.subscribe(() => figures.look());
    return () => {
      unfollow();
      figures.stop();
    };
  }, [editor, figures]);

  // The server words its findings in the language of the request: another language asks again.
  useEffect(() => void figures.ask(), [figures, lang]);

  // Stable, since dialogs ask for it when they open.
  const recheck = useCallback(async () => {
    await autosave.flush();
    await figures.ask();
  }, [autosave, figures]);

  return useMemo(() => {
    const known = (next: WireCanvas) => {
      setCanvas(next);
      if (next.run) showRun(next.run);
      void client.invalidateQueries({ queryKey: keys.resource("canvases"), refetchType: "none" });
    };
    const takeOver = (next: WireCanvas) => {
      const { document, unplaced } = fromWire(next);
      editor.document.getState().load(placeMissing(document, editor.catalogue, unplaced));
      autosave.adopt(next.revision);
      known(next);
      void figures.ask();
    };
    const check = async () => {
      await recheck();
      editor.view.setState({ panel: "checklist" });
    };
    const context = (): CommandContext => ({
      editor,
      editable: !readOnly && editor.view.getState().mode === "edit",
      save: () => void autosave.flush(),
      check: () => void check(),
      tidy: () => void tidy(editor),
    });
    const dispatch = (id: string) => {
      const command = commandById(id);
      const allowed = !command.when || command.when(context());
      if (allowed) command.run(context());
      return allowed;
    };
    const open = (id: string | null) =>
      void navigate({ to: (id ? `/canvases/${id}` : "/canvases") as string });
    return {
      canvas,
      timezone,
      autosave,
      setCanvas: known,
      takeOver,
      showRun,
      runId,
      dispatch,
      check,
      recheck,
      open,
    };
  }, [canvas, timezone, autosave, runId, editor, figures, readOnly, client, navigate, recheck]);
}

async function tidy(editor: Surroundings["editor"]): Promise<void> {
  const before = editor.document.getState().document;
  const positions = await import("../layout/tidy")
    .then(({ tidyPositions }) => tidyPositions(before, editor.catalogue))
    // The layout engine is fetched when first wanted: the network, or a release meanwhile, may have taken it away.
    .catch(() => null);
  if (!positions) return announce(editor.view, "refused.tidy");
  editor.document.getState().run(moveNodes(positions, "change.tidy"));
  announce(editor.view, "said.tidied");
  requestAnimationFrame(() => editor.view.getState().open());
}
