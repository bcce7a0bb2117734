import { expect, it } from "vitest";
import { parseIds } from "./ids";

it("reads pasted ids however they are separated, each once", () => {
  expect(parseIds("u1\nu2，u3, u1\tu4；u5")).toEqual(["u1", "u2", "u3", "u4", "u5"]);
  expect(parseIds("  \n ")).toEqual([]);
});
