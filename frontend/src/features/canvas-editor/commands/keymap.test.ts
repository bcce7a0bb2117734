import { describe, expect, it, vi } from "vitest";
import en from "@/shared/i18n/en/editor.json";
import zh from "@/shared/i18n/zh-CN/editor.json";
import { chordOf, findCommand, handleKey, shownKeys } from "./keymap";
import { commands } from "./registry";

const press = (init: KeyboardEventInit, target: HTMLElement = document.body, extra: object = {}) => {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, "target", { value: target });
  for (const [name, value] of Object.entries(extra)) Object.defineProperty(event, name, { value });
  const dispatch = vi.fn(() => true);
  handleKey(event, dispatch);
  return { asked: dispatch.mock.calls.flat(), stopped: event.defaultPrevented };
};

describe("keys", () => {
  it("find their command, on any machine", () => {
    expect(press({ key: "z", ctrlKey: true })).toEqual({ asked: ["undo"], stopped: true });
    expect(press({ key: "Z", metaKey: true, shiftKey: true }).asked).toEqual(["redo"]);
    expect(press({ key: "ArrowDown", altKey: true }).asked).toEqual(["moveDown"]);
    expect(press({ key: "q" }).asked).toEqual([]);
  });

  it("are left to the input method while pinyin is typed", () => {
    expect(press({ key: "n", isComposing: true }).asked).toEqual([]);
    expect(press({ key: "Delete" }, document.body, { keyCode: 229 }).asked).toEqual([]);
  });

  it("are left to fields, but for saving; and to dialogs and lists", () => {
    const input = document.createElement("input");
    expect(press({ key: "n" }, input).asked).toEqual([]);
    expect(press({ key: "s", ctrlKey: true }, input).asked).toEqual(["save"]);
    const dialog = document.createElement("div");
    dialog.setAttribute("role", "dialog");
    const button = dialog.appendChild(document.createElement("button"));
    expect(press({ key: "Delete" }, button).asked).toEqual([]);
  });

  it("are named as people know them, every command in both languages", () => {
    expect(shownKeys("mod+shift+z", false)).toBe("Ctrl+Shift+Z");
    expect(shownKeys("mod+shift+z", true)).toBe("⌘⇧Z");
    expect(chordOf({ key: "?", shiftKey: true, ctrlKey: false, metaKey: false, altKey: false })).toBe(
      "shift+?",
    );
    for (const named of [zh.command, en.command] as Record<string, string>[]) {
      for (const { id } of commands) expect(named[id], id).toBeTruthy();
    }
  });

  it("are not used twice", () => {
    const all = commands.flatMap((command) => command.keys);
    expect(new Set(all).size).toBe(all.length);
    const event = { key: "n", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
    expect(findCommand(event, false)?.id).toBe("add");
  });
});
