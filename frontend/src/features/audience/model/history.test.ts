import { expect, it } from "vitest";
import { places, sparkPath, stepPath } from "./history";

it("places points by time and size, whatever their order", () => {
  const found = places(
    [
      { at: "2026-03-03T00:00:00Z", size: 10 },
      { at: "2026-03-01T00:00:00Z", size: 5 },
      { at: "2026-03-02T00:00:00Z", size: 0 },
    ],
    100,
    20,
  );
  expect(found.map((place) => [place.x, place.y])).toEqual([
    [0, 10],
    [50, 20],
    [100, 0],
  ]);
  expect(stepPath(found)).toBe("M0.0 10.0 H50.0 V20.0 H100.0 V0.0");
});

it("draws a single point and sizes that never change", () => {
  expect(places([{ at: "2026-03-01T00:00:00Z", size: 0 }], 100, 20)[0]).toMatchObject({ x: 50, y: 20 });
  expect(sparkPath([7, 7, 7], 60, 20)).toBe("M0.0 18.0 L30.0 18.0 L60.0 18.0");
});
