import { expect, it } from "vitest";
import { families, palettes } from "./palette";

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const PAIRS: [string, string][] = [
  ["ink", "paper"],
  ["ink-2", "sunken"],
  ["ink-3", "paper"],
  ["ink-3", "surface"],
  ["ink-3", "sunken"],
  ["ink-2", "track"],
  ["primary", "surface"],
  ["primary-strong", "primary-soft"],
  ["on-primary", "primary"],
  ["accent", "surface"],
  ["accent", "accent-soft"],
  ["success", "success-soft"],
  ["warning", "warning-soft"],
  ["danger", "danger-soft"],
  ["danger", "surface"],
  ["info", "info-soft"],
  ["nav-ink", "nav"],
  ...families.map((family): [string, string] => [`f-${family}`, `f-${family}-soft`]),
  ...families.map((family): [string, string] => [`f-${family}`, "surface"]),
];

it.each(["light", "dark"] as const)(
  "%s: every pair of text and ground has a contrast of 4.5 or more",
  (mode) => {
    const faint = PAIRS.map(([text, ground]) => {
      const palette = palettes[mode];
      return [
        `${text} on ${ground}`,
        contrast(palette[text] ?? "#000000", palette[ground] ?? "#000000"),
      ] as const;
    }).filter(([, ratio]) => ratio < 4.5);
    expect(faint).toEqual([]);
  },
);
