/** A history of sizes as a drawing: where each point stands. Pure; knows no page. */
export interface SizePoint {
  at: string;
  size: number;
  cause?: string;
  joined?: number | null;
  left?: number | null;
  took_ms?: number | null;
}

export interface Place extends SizePoint {
  x: number;
  y: number;
}

/** By time from left to right and by size from 0 (bottom), within width × height. */
export function places(points: SizePoint[], width: number, height: number): Place[] {
  const ordered = [...points].sort((a, b) => a.at.localeCompare(b.at));
  const times = ordered.map((point) => Date.parse(point.at));
  const start = times[0] ?? 0;
  const span = (times.at(-1) ?? 0) - start || 1;
  const most = Math.max(1, ...ordered.map((point) => point.size));
  return ordered.map((point, index) => ({
    ...point,
    x: ordered.length === 1 ? width / 2 : (((times[index] ?? 0) - start) / span) * width,
    y: height - (point.size / most) * height,
  }));
}

/** A size holds until the next computation: a line in steps. */
export function stepPath(found: Place[]): string {
  return found
    .map((place, index) =>
      index
        ? `H${place.x.toFixed(1)} V${place.y.toFixed(1)}`
        : `M${place.x.toFixed(1)} ${place.y.toFixed(1)}`,
    )
    .join(" ");
}

/** A line of a few numbers, in a box. */
export function sparkPath(sizes: number[], width: number, height: number): string {
  const low = Math.min(...sizes);
  const span = Math.max(...sizes) - low || 1;
  const step = width / Math.max(1, sizes.length - 1);
  return sizes
    .map((size, index) => {
      const y = height - 2 - ((size - low) / span) * (height - 4);
      return `${index ? "L" : "M"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join(" ");
}
