/** Light or dark: the person's choice if there is one, else what the system says. */
import { create } from "zustand";
import { applyPalette, type Mode } from "./palette";

const STORE = "canvas.theme";

function initial(): Mode {
  try {
    const kept = localStorage.getItem(STORE);
    if (kept === "light" || kept === "dark") return kept;
  } catch {
    /* storage may be forbidden: then ask the system every time */
  }
  return window.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

interface ModeState {
  mode: Mode;
  setMode: (mode: Mode) => void;
}

export const useMode = create<ModeState>((set) => ({
  mode: initial(),
  setMode: (mode) => {
    try {
      localStorage.setItem(STORE, mode);
    } catch {
      /* not remembered, still applied */
    }
    applyPalette(mode);
    set({ mode });
  },
}));
