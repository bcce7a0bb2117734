/** Undo and redo around a controlled value. Typing into one place within a second and a half is one step. */
import { useState } from "react";
import type { Rule } from "./types";

type Value = Rule | null;
interface History {
  past: Value[];
  future: Value[];
  mark: string;
  at: number;
}

const MOST = 100;
const TOGETHER = 1500;

export function useHistory(value: Value, onChange: (next: Value) => void) {
  const [history, setHistory] = useState<History>({ past: [], future: [], mark: "", at: 0 });

  const put = (next: Value, mark = "") => {
    const now = Date.now();
    setHistory((old) => {
      const joined = mark !== "" && mark === old.mark && now - old.at < TOGETHER;
      return { past: joined ? old.past : [...old.past, value].slice(-MOST), future: [], mark, at: now };
    });
    onChange(next);
  };

  const undo = () => {
    const back = history.past[history.past.length - 1];
    if (back === undefined) return;
    setHistory({ past: history.past.slice(0, -1), future: [value, ...history.future], mark: "", at: 0 });
    onChange(back);
  };

  const redo = () => {
    const [next, ...rest] = history.future;
    if (next === undefined) return;
    setHistory({ past: [...history.past, value], future: rest, mark: "", at: 0 });
    onChange(next);
  };

  return { put, undo, redo, canUndo: history.past.length > 0, canRedo: history.future.length > 0 };
}
