/** Starts i18next with every namespace bundled: zh-CN is the source language, en the second. Holds no texts itself. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Lang = "zh-CN" | "en";
export const LANGS: Lang[] = ["zh-CN", "en"];
const STORE = "canvas.lang";

type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>("./{zh-CN,en}/*.json", { eager: true, import: "default" });

export function bundles(): Record<Lang, Record<string, Texts>> {
  const found: Record<Lang, Record<string, Texts>> = { "zh-CN": {}, en: {} };
  for (const [path, texts] of Object.entries(files)) {
    const [, lang, namespace] = /\.\/(zh-CN|en)\/(.+)\.json$/.exec(path) ?? [];
    if (lang && namespace) found[lang as Lang][namespace] = texts;
  }
  return found;
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
  void i18next.changeLanguage(lang);
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

export function startI18n(): typeof i18next {
  const resources = bundles();
  void i18next.use(initReactI18next).init({
    resources,
    lng: rememberedLang(),
    fallbackLng: "zh-CN",
    ns: Object.keys(resources["zh-CN"]),
    defaultNS: "common",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const follow = (lang: string) => document.documentElement.setAttribute("lang", lang);
  follow(i18next.language);
  i18next.on("languageChanged", follow);
  return i18next;
}
