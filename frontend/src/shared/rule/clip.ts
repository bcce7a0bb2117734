/** The part of a rule that was copied last: kept by the browser, so that it can be put into another audience. */
import { fromText, toText } from "./model/text";
import type { Rule } from "./types";

const STORE = "canvas.rule.clip";
let here: Rule | null = null; // where storage is forbidden, the page at least remembers

export function keepClip(rule: Rule): void {
  here = rule;
  try {
    localStorage.setItem(STORE, toText(rule));
  } catch {
    /* see `here` */
  }
}

export function lastClip(): Rule | null {
  try {
    return fromText(localStorage.getItem(STORE) ?? "") ?? here;
  } catch {
    return here;
  }
}
