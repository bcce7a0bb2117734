/** Makes the stores of one canvas and what all its parts need to know: language, names, may it be changed. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/shared/api/queries";
import { type CatalogueAnswer, type Lang, makeCatalogue } from "../model/catalogue";
import { placeMissing } from "../model/place";
import { type WireCanvas, fromWire } from "../model/wire";
import { type Surroundings, createEditor } from "../store/editor";
import { useWords } from "./useWords";

const CHANGES_NOTHING = new Set(["analyst", "approver"]);
const CLOSED = new Set(["ended", "archived"]);

export function useSurroundingsFor(opened: WireCanvas, types: CatalogueAnswer): Surroundings {
  const { i18n } = useTranslation();
  const lang: Lang = i18n.language.startsWith("en") ? "en" : "zh";
  const role = useSession().data?.role ?? "owner";
  const words = useWords(lang);
  // One editor for the life of the page: later answers of the server go through takeOver.
  const [editor] = useState(() => {
    const catalogue = makeCatalogue(types);
    const { document, unplaced } = fromWire(opened);
    const made = createEditor(opened.id, placeMissing(document, catalogue, unplaced), catalogue);
    if (opened.status !== "draft" && opened.run) made.view.setState({ mode: "data" });
    return made;
  });
  const readOnly = CHANGES_NOTHING.has(role) || CLOSED.has(opened.status);
  return useMemo(() => ({ editor, lang, words, readOnly }), [editor, lang, words, readOnly]);
}
