import { expect, it } from "vitest";
import { spansOf, written } from "./spans";

it.each([
  ["customer.attributes.name", null],
  ["customer.attributes.生日", "顾客"],
  ["event.properties.sku-1", 'say "hi"'],
  ["unsubscribe_url", null],
  ["reward.code", "it's"],
])("reads back what it writes: %s %s", (path, fallback) => {
  const text = `你好 ${written(path, fallback)}！`;
  expect(spansOf(text)).toEqual([{ from: 3, to: text.length - 1, path, fallback }]);
  expect(text.slice(3, -1)).toBe(written(path, spansOf(text)[0]?.fallback ?? null));
});

it("loses no more of a default than Liquid can hold", () => {
  expect(spansOf(written("a.b", `{x} "y" 'z'`))[0]?.fallback).toBe(`x "y" ’z’`);
});

it("leaves alone what is more than a variable with a default", () => {
  for (const text of [
    "{% if customer %}x{% endif %}",
    "{{ a.b | upcase }}",
    "{{ 'x' }}",
    "{{ a.b",
    "{{ a[0] }}",
    "{{}}",
  ])
    expect(spansOf(text)).toEqual([]);
});

it("finds each of several, as they were spelt", () => {
  const text = `{{a}}{{- b.c -}} {{ d | default:'x' }}`;
  expect(spansOf(text).map((span) => [text.slice(span.from, span.to), span.path, span.fallback])).toEqual([
    ["{{a}}", "a", null],
    ["{{- b.c -}}", "b.c", null],
    ["{{ d | default:'x' }}", "d", "x"],
  ]);
});

it("covers every character once, whatever stands between the chips", () => {
  const pieces = ["", "a", "{{", "}}", "{{ x }}", '{{ x.y | default: "1" }}', "{% z %}", "茶", "\n", '"'];
  for (const a of pieces)
    for (const b of pieces)
      for (const c of pieces) {
        const text = a + b + c;
        let at = 0;
        let again = "";
        for (const span of spansOf(text)) {
          expect(span.from).toBeGreaterThanOrEqual(at);
          again += text.slice(at, span.to);
          at = span.to;
        }
        expect(again + text.slice(at)).toBe(text);
      }
});
