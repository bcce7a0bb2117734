/** The run whose figures are shown: asked every two seconds while it moves and the page is seen, and not after that. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { readRun, readVersions } from "../api";
import type { RunFigures } from "../model/figures";
import { placeMissing } from "../model/place";
import { readGraph } from "../model/wire";
import { useEditor, useView } from "../store/editor";

const EVERY_MS = 2000;
const MOVING = new Set(["running", "waiting"]);

export function useRun(runId: string | null): void {
  const { overlay } = useEditor();
  const shown = useView((state) => state.mode === "data");
  const query = useQuery({
    queryKey: keys.one("runs", runId ?? ""),
    queryFn: () => fetched(readRun(runId ?? "")),
    enabled: shown && !!runId,
    refetchInterval: ({ state }) => (state.data && !MOVING.has(state.data.status) ? false : EVERY_MS),
    refetchIntervalInBackground: false,
    staleTime: 0,
  });
  usePublished(query.data);
  useEffect(() => {
    overlay.setState({ run: runId ? (query.data ?? null) : null });
  }, [overlay, query.data, runId]);
}

/** People walk the version they entered, not the draft: its graph is fetched once for each version. */
function usePublished(run: RunFigures | undefined): void {
  const { canvasId, catalogue, document, overlay } = useEditor();
  const version = run?.version;
  const versions = useQuery({
    queryKey: keys.part("canvases", canvasId, "versions", { with: version }),
    queryFn: () => fetched(readVersions(canvasId)),
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const definition = versions.data?.results.find((item) => item.number === version)?.definition;
  useEffect(() => {
    if (!definition) return overlay.setState({ published: null });
    const { document: drawn, unplaced } = readGraph(definition.graph, document.getState().document.settings);
    overlay.setState({ published: placeMissing(drawn, catalogue, unplaced) });
  }, [definition, overlay, document, catalogue]);
}
