import { describe, expect, it } from "vitest";
import { bundles } from "@/test/texts";
import type { Texts } from "./setup";

function keysOf(texts: Texts, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? keysOf(value as Texts, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

function valueAt(texts: Texts, key: string): string {
  return String(key.split(".").reduce<unknown>((now, part) => (now as Texts)?.[part], texts));
}

const params = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort();

const { "zh-CN": zh, en } = bundles();
/** English plural forms have no counterpart in Chinese. */
const single = (keys: string[]) => [...new Set(keys.map((key) => key.replace(/_(one|other)$/, "")))].sort();

describe("texts", () => {
  it("has the same namespaces in both languages", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  it.each(Object.keys(zh))(
    "%s: every key in both languages, with the same parameters, none empty",
    (namespace) => {
      const zhTexts = zh[namespace] ?? {};
      const enTexts = en[namespace] ?? {};
      expect(single(keysOf(enTexts))).toEqual(single(keysOf(zhTexts)));
      for (const key of keysOf(zhTexts)) {
        expect(valueAt(zhTexts, key), key).not.toBe("");
        const other = valueAt(enTexts, key);
        if (other !== "undefined") expect(params(other), key).toEqual(params(valueAt(zhTexts, key)));
      }
    },
  );
});
