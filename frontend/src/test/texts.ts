/** All texts of both languages by namespace, for tests that compare them. */
import { byNamespace, type Lang, type Texts } from "@/shared/i18n/setup";
import { en } from "@/shared/i18n/texts.en";

const zh = import.meta.glob<Texts>("/src/shared/i18n/zh-CN/*.json", { eager: true, import: "default" });

export function bundles(): Record<Lang, Record<string, Texts>> {
  return { "zh-CN": byNamespace(zh), en: byNamespace(en) };
}
