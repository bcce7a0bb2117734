/** One member of a group, a condition or a group again: where things are dropped, and where the keyboard lands. */
import { type DragEvent, type ReactNode, useEffect, useRef } from "react";
import { canDrop, moveInto, moveTo, type Spot } from "./model/moves";
import { type Path, pointerOf } from "./model/tree";
import styles from "./rule.module.css";
import type { Shared } from "./shared";

const CONTROLS = "input, textarea, button:not([data-part]), [role=combobox]";

/** Upper quarter: before; lower quarter: after; between: together with it. */
function sideOf(event: DragEvent<HTMLElement>): Spot["side"] {
  const box = event.currentTarget.getBoundingClientRect();
  const share = (event.clientY - box.top) / (box.height || 1);
  return share < 0.25 ? "before" : share > 0.75 ? "after" : "onto";
}

function useLanding(shared: Shared, pointer: string) {
  const box = useRef<HTMLDivElement>(null);
  const { focus, setFocus } = shared;
  useEffect(() => {
    if (focus?.pointer !== pointer) return;
    const place = focus.part === "handle" ? "[data-part=handle]" : `[data-part=body] :is(${CONTROLS})`;
    const first = box.current?.querySelector<HTMLElement>(place);
    (first ?? box.current?.querySelector<HTMLElement>(CONTROLS))?.focus();
    setFocus(null);
  }, [focus, pointer, setFocus]);
  return box;
}

interface Props {
  shared: Shared;
  path: Path;
  group: boolean;
  children: ReactNode;
}

export function Member({ shared, path, group, children }: Props) {
  const pointer = pointerOf(path);
  const box = useLanding(shared, pointer);
  const { drag, setDrag, root, put } = shared;
  const hovered = drag.spot && pointerOf(drag.spot.at) === pointer ? drag.spot.side : null;

  const over = (event: DragEvent<HTMLDivElement>) => {
    if (!drag.from) return;
    const spot: Spot = { at: path, side: sideOf(event) };
    event.stopPropagation();
    if (!canDrop(drag.from, spot)) return;
    event.preventDefault();
    if (hovered !== spot.side) setDrag({ ...drag, spot });
  };
  const drop = (event: DragEvent<HTMLDivElement>) => {
    if (!drag.from || !root) return;
    event.preventDefault();
    event.stopPropagation();
    const spot: Spot = { at: path, side: sideOf(event) };
    const next =
      group && spot.side === "onto" ? moveInto(root, drag.from, path) : moveTo(root, drag.from, spot);
    setDrag({ from: null, spot: null });
    if (next !== root) put(next);
  };
  return (
    <div
      ref={box}
      className={`${styles.memberBox} ${hovered ? styles[hovered] : ""}`}
      onDragOver={over}
      onDrop={drop}
    >
      {children}
    </div>
  );
}
