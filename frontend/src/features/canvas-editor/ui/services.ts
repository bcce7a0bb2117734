/** What the editor's parts ask of the page around them: the canvas as the server has it, saving, commands. */
import { createContext, useContext } from "react";
import type { WireCanvas } from "../model/wire";
import type { Autosave } from "../save/autosave";

export interface Services {
  canvas: WireCanvas;
  timezone: string;
  autosave: Autosave;
  /** The server's answer to something that was done with the canvas (published, paused). */
  setCanvas: (canvas: WireCanvas) => void;
  /** Puts the server's state into the editor; what is on the screen is given up. */
  takeOver: (canvas: WireCanvas) => void;
  /** The run to look at, when it is another than the canvas's own. */
  showRun: (id: string) => void;
  runId: string | null;
  /** Runs a command; false when it may not run now. */
  dispatch: (command: string) => boolean;
  check: () => Promise<void>;
  /** Saves and asks the server again, without opening anything. */
  recheck: () => Promise<void>;
  /** To another canvas, or to the list. */
  open: (id: string | null) => void;
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("The canvas editor's parts live inside ServicesContext.");
  return services;
}
