/** Dragging a node type from the palette: what is carried, and what lies under the pointer. */
import type { DragEvent } from "react";

const TYPE = "application/x-canvas-node-type";

export function startTypeDrag(event: DragEvent, type: string): void {
  event.dataTransfer.setData(TYPE, type);
  event.dataTransfer.effectAllowed = "copy";
}

export function carriesType(event: DragEvent): boolean {
  return event.dataTransfer.types.includes(TYPE);
}

export function typeOf(event: DragEvent): string {
  return event.dataTransfer.getData(TYPE);
}

/** The connection under the pointer, by the path or by its label. */
export function edgeUnder(point: { clientX: number; clientY: number }): string | null {
  return under(point, ".react-flow__edge");
}

export function nodeUnder(point: { clientX: number; clientY: number }): string | null {
  return under(point, ".react-flow__node");
}

function under(point: { clientX: number; clientY: number }, selector: string): string | null {
  for (const element of document.elementsFromPoint(point.clientX, point.clientY)) {
    const hit = element.closest<HTMLElement>(selector);
    if (hit?.dataset.id) return hit.dataset.id;
  }
  return null;
}
