/** How big a card is drawn. One place, since layout, culling and drawing must agree. */
import type { Port } from "./ports";

export const NODE_WIDTH = 230;
const HEAD = 56;
const SUMMARY = 40;
const COUNTS = 30;
export const PORT_ROW = 24;
export const FIRST_PORT_TOP = HEAD + SUMMARY + COUNTS;
const FOOT = 8;

/** Gap that the tidy-up and the placing of new nodes keep between cards. */
export const GAP_X = 70;
export const GAP_Y = 40;

export function nodeHeight(ports: { inputs: Port[]; outputs: Port[] }): number {
  const rows = Math.max(portRows(ports.inputs), portRows(ports.outputs));
  return FIRST_PORT_TOP + (rows ? rows * PORT_ROW + FOOT : 0);
}

/** A single port sits at the middle of the card and needs no row of its own. */
export function portRows(ports: Port[]): number {
  return ports.length > 1 ? ports.length : 0;
}
