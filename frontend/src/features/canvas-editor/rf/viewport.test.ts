import { describe, expect, it } from "vitest";
import { openingView, showingView } from "./viewport";

const surface = { width: 800, height: 600 };

describe("the view", () => {
  it("opens on the whole canvas in the middle when that is readable", () => {
    const view = openingView({ x: 20, y: 20, width: 600, height: 200 }, surface);
    expect(view.zoom).toBe(1);
    expect(view.x + 20 + 300).toBe(400);
    expect(view.y + 20 + 100).toBe(300);
  });

  it("opens at the start of a canvas that is too wide to be read whole", () => {
    const view = openingView({ x: 100, y: 0, width: 4000, height: 200 }, surface);
    expect(view.zoom).toBe(0.65);
    expect(100 * view.zoom + view.x).toBe(56);
  });

  it("pans just so far that a step is in sight", () => {
    const still = { x: 0, y: 0, zoom: 1 };
    expect(showingView({ x: 100, y: 100, width: 230, height: 120 }, still, surface)).toBeNull();
    expect(showingView({ x: 700, y: 100, width: 230, height: 120 }, still, surface)).toEqual({
      x: -186,
      y: 0,
      zoom: 1,
    });
    expect(showingView({ x: -300, y: 100, width: 230, height: 120 }, still, surface)?.x).toBe(356);
  });
});
