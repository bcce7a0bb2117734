/** A problem in words: our own text for its code if there is one, else what the server said. */
import type { TFunction } from "i18next";
import type { Lang } from "../model/catalogue";
import { isRecord } from "../model/pointer";
import type { CanvasProblem } from "../model/problems";

export function problemText(t: TFunction<"editor">, problem: CanvasProblem, lang: Lang): string {
  const params = Object.fromEntries(
    Object.entries(problem.params ?? {}).map(([name, value]) => [name, inWords(value, lang)]),
  );
  const fallback = problem.detail || t("problem.other", { code: problem.code });
  return t(`problem.${problem.code}`, { ...params, defaultValue: fallback });
}

function inWords(value: unknown, lang: Lang): string | number {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.map((item) => inWords(item, lang)).join(lang === "zh" ? "、" : ", ");
  if (isRecord(value)) return String(value[lang] ?? value.zh ?? "");
  return String(value ?? "");
}
