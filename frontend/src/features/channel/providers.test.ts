import { expect, it } from "vitest";
import { listOf, writable } from "./providers";

it("never sends back a secret that it only knows to be set", () => {
  expect(writable({ access_key_id: "a", access_key_secret: { set: true }, tls: "none", batch: 10 })).toEqual({
    access_key_id: "a",
    tls: "none",
    batch: 10,
  });
});

it("reads a catalogue with or without pages", () => {
  expect(listOf([1, 2])).toEqual([1, 2]);
  expect(listOf({ results: [3], next: null })).toEqual([3]);
  expect(listOf(undefined)).toEqual([]);
});
