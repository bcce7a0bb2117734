/** Regions of an overlap as they are drawn and asked about. Pure; knows no page. */
export const MOST = 5;

export interface Region {
  in: string[];
  count: number;
}

export interface Overlap {
  audiences: { id: string; name: string; size: number }[];
  regions: Region[];
  any: number;
  all: number;
}

/** The largest first; regions without people are left out. */
export function drawn(regions: Region[]): Region[] {
  return regions.filter((region) => region.count > 0).sort((a, b) => b.count - a.count);
}

/** The question for the people of a region: in all of these and in none of the others. */
export function questionOf(region: Region, all: { id: string }[]): object {
  const others = all.map((audience) => audience.id).filter((id) => !region.in.includes(id));
  return { op: "intersect", audiences: region.in, without: others };
}

export interface Circle {
  id: string;
  x: number;
  y: number;
}

/** Centres for two or three circles of one size. */
export function circles(ids: string[]): Circle[] {
  const places =
    ids.length === 2
      ? [
          [80, 90],
          [150, 90],
        ]
      : [
          [80, 75],
          [150, 75],
          [115, 135],
        ];
  return ids.map((id, index) => ({ id, x: places[index]?.[0] ?? 0, y: places[index]?.[1] ?? 0 }));
}

/** Where the number of a region stands: away from the circles that it is not in. */
export function labelPlace(region: Region, all: Circle[]): [number, number] {
  const mean = (found: Circle[]) => [
    found.reduce((sum, circle) => sum + circle.x, 0) / found.length,
    found.reduce((sum, circle) => sum + circle.y, 0) / found.length,
  ];
  const inside = mean(all.filter((circle) => region.in.includes(circle.id)));
  const centre = mean(all);
  const away = region.in.length === all.length ? 0 : region.in.length === 1 ? 0.6 : 0.5;
  return [0, 1].map((axis) => (inside[axis] ?? 0) + ((inside[axis] ?? 0) - (centre[axis] ?? 0)) * away) as [
    number,
    number,
  ];
}
