import { expect, it } from "vitest";
import { excerpt } from "./excerpt";

it("takes the words of a message, never its ids and links", () => {
  expect(excerpt({ sign: "好店", text: "你好" })).toBe("你好");
  const card = {
    template_id: "TPL",
    url: "https://shop.example.com",
    data: { thing1: { value: "桂花糕" }, time2: "今天" },
  };
  expect(excerpt(card)).toBe("桂花糕 · 今天");
  expect(excerpt({ url: "https://shop.example.com" })).toBe("");
  expect(excerpt(null)).toBe("");
});
