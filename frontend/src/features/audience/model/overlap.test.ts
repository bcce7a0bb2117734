import { expect, it } from "vitest";
import { circles, drawn, labelPlace, questionOf } from "./overlap";

const all = [{ id: "1" }, { id: "2" }, { id: "3" }];

it("draws the largest region first and none that is empty", () => {
  const regions = [
    { in: ["1"], count: 2 },
    { in: ["2"], count: 0 },
    { in: ["1", "2"], count: 5 },
  ];
  expect(drawn(regions).map((region) => region.count)).toEqual([5, 2]);
});

it("asks for those in all of a region and in none of the others", () => {
  expect(questionOf({ in: ["1", "3"], count: 1 }, all)).toEqual({
    op: "intersect",
    audiences: ["1", "3"],
    without: ["2"],
  });
});

it("puts the number of all three in the middle and that of one outside the others", () => {
  const three = circles(["1", "2", "3"]);
  const [x, y] = labelPlace({ in: ["1", "2", "3"], count: 1 }, three);
  expect([Math.round(x), Math.round(y)]).toEqual([115, 95]);
  expect(labelPlace({ in: ["1"], count: 1 }, three)[0]).toBeLessThan(80);
});
