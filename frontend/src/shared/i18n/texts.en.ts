/** All English texts in one module, so that they are read only by those who ask for them. */
import type { Texts } from "./setup";

export const en = import.meta.glob<Texts>("./en/*.json", { eager: true, import: "default" });
