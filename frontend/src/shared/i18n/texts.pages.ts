/** Chinese texts that only pages of their own show; `setup` lists the namespaces that are there from the start. */
import type { Texts } from "./setup";

export const pages = import.meta.glob<Texts>(
  ["./zh-CN/*.json", "!./zh-CN/{common,shell,canvases,editor,form,rule,trial,template,messages}.json"],
  { eager: true, import: "default" },
);
