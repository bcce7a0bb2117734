/** Every command by id with its keys: buttons, the key handler and the help sheet read this one list. */
import * as actions from "../store/actions";
import type { Editor } from "../store/editor";
import { select } from "../store/viewStore";
import { focusStep, walk } from "./focus";

export interface CommandContext {
  editor: Editor;
  editable: boolean;
  save: () => void;
  check: () => void;
  tidy: () => void;
}

export interface CommandSpec {
  id: string;
  /** `mod` is Ctrl, or ⌘ on a Mac. The first is shown. */
  keys: string[];
  /** Works while typing in a field as well. */
  inFields?: boolean;
  when?: (context: CommandContext) => boolean;
  run: (context: CommandContext) => void;
}

const editing = ({ editable }: CommandContext) => editable;
const withSelection = (context: CommandContext) => {
  const { nodes, edges } = context.editor.view.getState().selection;
  return context.editable && nodes.length + edges.length > 0;
};
const withStep = (context: CommandContext) =>
  context.editable && context.editor.view.getState().selection.nodes.length > 0;
const nudge = (x: number, y: number) => (context: CommandContext) =>
  actions.moveSelection(context.editor, { x, y });

/** The field of the open step's name. */
export const STEP_NAME = "canvas-step-name";

export const commands: readonly CommandSpec[] = [
  { id: "add", keys: ["n"], when: editing, run: openList },
  { id: "undo", keys: ["mod+z"], when: editing, run: ({ editor }) => actions.stepBack(editor) },
  {
    id: "redo",
    keys: ["mod+shift+z", "mod+y"],
    when: editing,
    run: ({ editor }) => actions.stepForward(editor),
  },
  {
    id: "delete",
    keys: ["delete", "backspace"],
    when: withSelection,
    run: ({ editor }) => actions.removeSelection(editor),
  },
  {
    id: "duplicate",
    keys: ["mod+d"],
    when: withStep,
    run: ({ editor }) => actions.duplicateSelection(editor),
  },
  { id: "rename", keys: ["f2"], when: withStep, run: () => document.getElementById(STEP_NAME)?.focus() },
  {
    id: "selectAll",
    keys: ["mod+a"],
    run: ({ editor }) => select(editor.view, Object.keys(editor.document.getState().document.nodes)),
  },
  { id: "save", keys: ["mod+s"], inFields: true, run: ({ save }) => save() },
  { id: "check", keys: ["c"], run: ({ check }) => check() },
  { id: "tidy", keys: ["shift+alt+t"], when: editing, run: ({ tidy }) => tidy() },
  { id: "fit", keys: ["1"], run: ({ editor }) => editor.view.getState().fit() },
  { id: "walkRight", keys: ["arrowright"], run: ({ editor }) => walk(editor, "right") },
  { id: "walkLeft", keys: ["arrowleft"], run: ({ editor }) => walk(editor, "left") },
  { id: "walkUp", keys: ["arrowup"], run: ({ editor }) => walk(editor, "up") },
  { id: "walkDown", keys: ["arrowdown"], run: ({ editor }) => walk(editor, "down") },
  { id: "moveRight", keys: ["alt+arrowright"], when: withStep, run: nudge(20, 0) },
  { id: "moveLeft", keys: ["alt+arrowleft"], when: withStep, run: nudge(-20, 0) },
  { id: "moveUp", keys: ["alt+arrowup"], when: withStep, run: nudge(0, -20) },
  { id: "moveDown", keys: ["alt+arrowdown"], when: withStep, run: nudge(0, 20) },
  { id: "escape", keys: ["escape"], inFields: true, run: ({ editor }) => leave(editor) },
  { id: "help", keys: ["?", "shift+?"], run: ({ editor }) => editor.view.setState({ dialog: "help" }) },
];

/** The node list: after the selected step if there is one, else in the middle of the screen. */
function openList({ editor }: CommandContext): void {
  const { document } = editor.document.getState();
  const [id] = editor.view.getState().selection.nodes;
  const screen = { x: window.innerWidth / 2 - 160, y: 140 };
  const port = id ? actions.nextPort(editor, id) : null;
  const step = id ? document.nodes[id] : undefined;
  if (step && port)
    editor.view.setState({ picker: { intent: { kind: "append", node: step.id, port }, screen } });
  else
    editor.view.setState({
      picker: { intent: { kind: "free", at: editor.view.getState().centre() }, screen },
    });
}

/** Step by step outward: from a field back to its step, from the list to the canvas, from a step to none. */
function leave(editor: Editor): void {
  const { picker, selection } = editor.view.getState();
  const [step] = selection.nodes;
  const inField = document.activeElement?.matches("input, textarea, select, [contenteditable]");
  if (picker) editor.view.setState({ picker: null });
  else if (inField && step) focusStep(step);
  else if (inField && document.activeElement instanceof HTMLElement) document.activeElement.blur();
  else select(editor.view, []);
}

export function commandById(id: string): CommandSpec {
  const found = commands.find((command) => command.id === id);
  if (!found) throw new Error(`No command ${id}`);
  return found;
}
