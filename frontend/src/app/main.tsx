/** Entry of the browser application: colours and language first, then the tree. */
import { createRoot } from "react-dom/client";
import { startI18n } from "@/shared/i18n/setup";
import { useMode } from "@/shared/ui/mode";
import { applyPalette } from "@/shared/ui/palette";
import "@/shared/ui/base.css";
import { App } from "./App";

applyPalette(useMode.getState().mode);

const root = document.getElementById("root");
void startI18n().then(() => {
  if (root) createRoot(root).render(<App />);
});
