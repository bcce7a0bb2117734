/** Where the view goes: pure arithmetic on boxes in flow units and the surface in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** Below this the words on a card cannot be read. */
const READABLE = 0.65;
const LARGEST = 1;
const MARGIN = 56;

/** First view of a canvas: all of it if it stays readable, else readable from its start on. */
export function openingView(bounds: Box, surface: { width: number; height: number }): View {
  const across = (surface.width - 2 * MARGIN) / Math.max(1, bounds.width);
  const down = (surface.height - 2 * MARGIN) / Math.max(1, bounds.height);
  const zoom = Math.max(READABLE, Math.min(LARGEST, across, down));
  const place = (from: number, size: number, space: number) =>
    size * zoom + 2 * MARGIN <= space ? (space - size * zoom) / 2 - from * zoom : MARGIN - from * zoom;
  return {
    x: place(bounds.x, bounds.width, surface.width),
    y: place(bounds.y, bounds.height, surface.height),
    zoom,
  };
}

/** The least pan after which `box` is in sight; null when it is already. */
export function showingView(box: Box, view: View, surface: { width: number; height: number }): View | null {
  const x = outside(box.x * view.zoom + view.x, box.width * view.zoom, surface.width);
  const y = outside(box.y * view.zoom + view.y, box.height * view.zoom, surface.height);
  return x || y ? { x: view.x + x, y: view.y + y, zoom: view.zoom } : null;
}

function outside(from: number, size: number, space: number): number {
  if (from < MARGIN) return MARGIN - from;
  const over = from + size + MARGIN - space;
  return over > 0 ? -Math.min(over, from - MARGIN) : 0;
}
