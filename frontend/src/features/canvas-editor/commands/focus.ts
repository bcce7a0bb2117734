/** Keyboard focus on cards: walking to a neighbour selects it and brings it into sight. */
import { type Direction, firstStep, neighbour } from "../model/walk";
import type { Editor } from "../store/editor";
import { select } from "../store/viewStore";

export function walk(editor: Editor, direction: Direction): void {
  const { document } = editor.document.getState();
  const [current] = editor.view.getState().selection.nodes;
  const next = current ? neighbour(document, current, direction) : firstStep(document);
  if (next) goTo(editor, next);
}

/** Selects a step, shows it and puts the keyboard on it. */
export function goTo(editor: Editor, id: string): void {
  select(editor.view, [id]);
  editor.view.getState().reveal(id);
  focusStep(id);
}

/** At once when the step is drawn, so that the very next key already belongs to it; else with the next frame. */
export function focusStep(id: string): void {
  if (!focusDrawn(id)) requestAnimationFrame(() => focusDrawn(id));
}

function focusDrawn(id: string): boolean {
  const card = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  card?.focus({ preventScroll: true });
  return document.activeElement === card;
}
