/** From key events to commands. Leaves typing, dialogs and input methods alone. */
import { composing } from "@/shared/lib/ime";
import { type CommandSpec, commands } from "./registry";

type KeyLike = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function chordOf(event: KeyLike): string {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.shiftKey) parts.push("shift");
  if (event.altKey) parts.push("alt");
  return [...parts, event.key.toLowerCase()].join("+");
}

export function findCommand(event: KeyLike, inField: boolean): CommandSpec | undefined {
  const chord = chordOf(event);
  return commands.find((command) => command.keys.includes(chord) && (!inField || command.inFields));
}

/** A place that has a clipboard of its own: fields, and everything in dialogs. */
export function ownText(target: EventTarget | null): boolean {
  return typing(target) || ownKeys(target);
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Buttons, menus and dialogs have keys of their own (Enter, arrows); only chords pass through them. */
function ownKeys(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    !!target.closest("[role=dialog],[role=menu],[role=listbox],[role=tablist],.ant-picker-dropdown")
  );
}

export function handleKey(event: KeyboardEvent, dispatch: (id: string) => boolean): void {
  if (event.defaultPrevented || composing(event) || ownKeys(event.target)) return;
  const command = findCommand(event, typing(event.target));
  if (command && dispatch(command.id)) event.preventDefault();
}

/** "mod+shift+z" as people read it on this machine. */
export function shownKeys(keys: string, mac: boolean): string {
  const names: Record<string, string> = {
    mod: mac ? "⌘" : "Ctrl",
    shift: mac ? "⇧" : "Shift",
    alt: mac ? "⌥" : "Alt",
    arrowleft: "←",
    arrowright: "→",
    arrowup: "↑",
    arrowdown: "↓",
    delete: "Del",
    escape: "Esc",
  };
  return keys
    .split("+")
    .map((key) => names[key] ?? key.toUpperCase())
    .join(mac ? "" : "+");
}
