import { expect, it } from "vitest";
import { ITEM_KINDS, newItem, stockShare, withKind } from "./items";

it("keeps only what the new kind has", () => {
  const coupon = { kind: "coupon" as const, name: "满减", threshold: "200.00", discount: "20.00" };
  expect(withKind(coupon, "gift")).toEqual({ kind: "gift", name: "满减" });
  expect(withKind(coupon, "points")).toEqual({ kind: "points" });
});

it("starts every kind", () => {
  for (const kind of ITEM_KINDS) expect(newItem(kind).kind).toBe(kind);
});

it("shows what is left", () => {
  expect(stockShare({ stock: 100, issued: 25, available: 75 })).toBe(0.75);
  expect(stockShare({ stock: null, issued: 30, available: 10 })).toBe(0.25);
  expect(stockShare({ stock: 0, issued: 0, available: 0 })).toBe(0);
});
