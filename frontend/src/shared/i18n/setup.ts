/**
 * Starts i18next: zh-CN is the source language, en comes when asked for. What the frame, the canvas list and the editor
 * say is there from the start; the texts of the other pages come with the first of them (`pageTexts`). Holds no texts itself.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Lang = "zh-CN" | "en";
export const LANGS: Lang[] = ["zh-CN", "en"];
const STORE = "canvas.lang";

export type Texts = Record<string, unknown>;
const zh = import.meta.glob<Texts>(
  "./zh-CN/{common,shell,canvases,editor,form,rule,trial,template,messages}.json",
  { eager: true, import: "default" },
);

/** "./en/rule.json" → "rule". */
export function byNamespace(files: Record<string, Texts>): Record<string, Texts> {
  const named = Object.entries(files).map(
    ([path, texts]) => [path.replace(/^.*\/|\.json$/g, ""), texts] as const,
  );
  return Object.fromEntries(named);
}

function rememberedLang(): Lang {
  try {
    return localStorage.getItem(STORE) === "en" ? "en" : "zh-CN";
  } catch {
    return "zh-CN"; // storage may be forbidden; the language is then simply not remembered
  }
}

export function setLang(lang: Lang): void {
  try {
    localStorage.setItem(STORE, lang);
  } catch {
    /* see rememberedLang */
  }
  void showLang(lang);
}

/** English comes with its own file: it is read before the first English word is shown. */
export async function showLang(lang: Lang): Promise<void> {
  if (lang === "en" && !i18next.hasResourceBundle("en", "common")) {
    const { en } = await import("./texts.en");
    for (const [namespace, texts] of Object.entries(byNamespace(en))) {
      i18next.addResourceBundle("en", namespace, texts);
    }
  }
  await i18next.changeLanguage(lang);
}

/** Texts of the pages that are not there from the start. */
export async function pageTexts(): Promise<void> {
  const { pages } = await import("./texts.pages");
  for (const [namespace, texts] of Object.entries(byNamespace(pages))) {
    if (!i18next.hasResourceBundle("zh-CN", namespace)) i18next.addResourceBundle("zh-CN", namespace, texts);
  }
}

export function currentLang(): Lang {
  return i18next.language === "en" ? "en" : "zh-CN";
}

/** Catalogue entries carry {"zh": …, "en": …}; this picks the text for the language shown. */
export type Label = string | { zh?: string; en?: string } | null | undefined;
export function pick(label: Label, lang: string): string {
  if (!label) return "";
  if (typeof label === "string") return label;
  const first = lang.startsWith("en") ? label.en : label.zh;
  return first ?? label.zh ?? label.en ?? "";
}

/** Starts in Chinese; resolves when the remembered language is there. */
export async function startI18n(): Promise<void> {
  const texts = byNamespace(zh);
  void i18next.use(initReactI18next).init({
    resources: { "zh-CN": texts },
    lng: "zh-CN",
    fallbackLng: "zh-CN",
    ns: Object.keys(texts),
    defaultNS: "common",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const follow = (lang: string) => document.documentElement.setAttribute("lang", lang);
  follow(i18next.language);
  i18next.on("languageChanged", follow);
  await showLang(rememberedLang());
}
