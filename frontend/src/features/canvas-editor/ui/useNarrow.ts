/** Is the window as narrow as a phone? The canvas cannot be drawn there; the outline is shown instead. */
import { useSyncExternalStore } from "react";

const QUERY = "(max-width: 600px)";

function subscribe(changed: () => void): () => void {
  const media = window.matchMedia(QUERY);
  media.addEventListener("change", changed);
  return () => media.removeEventListener("change", changed);
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(QUERY).matches);
}
