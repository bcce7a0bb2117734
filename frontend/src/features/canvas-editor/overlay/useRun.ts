/** The run whose figures are shown: asked every two seconds while it moves and the page is seen, and not after that. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { readRun } from "../api";
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
  useEffect(() => {
    overlay.setState({ run: runId ? (query.data ?? null) : null });
  }, [overlay, query.data, runId]);
}
