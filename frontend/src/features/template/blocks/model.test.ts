import { expect, it } from "vitest";
import { BLOCKS, moved, started, withField } from "./model";

it("moves within the list and not out of it", () => {
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 2, -2)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
});

it("starts every kind of block with what it cannot do without", () => {
  for (const type of Object.keys(BLOCKS)) expect(started(type, (key) => key).type).toBe(type);
  expect(started("columns", (key) => key).columns).toHaveLength(2);
});

it("leaves out a link that was emptied, and keeps an empty text", () => {
  const button = { type: "image", src: "https://a.cn/i.png", href: "https://a.cn" };
  expect(withField(button, "href", "")).toEqual({ type: "image", src: "https://a.cn/i.png" });
  expect(withField(button, "alt", "")).toEqual({ ...button, alt: "" });
});
