/** The grip of a line or group: dragged with the mouse, moved with the arrow keys. */
import { HolderOutlined } from "@ant-design/icons";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { moveBy } from "./model/moves";
import { type Path, pointerOf } from "./model/tree";
import styles from "./rule.module.css";
import type { Shared } from "./shared";

export function Handle({ shared, path }: { shared: Shared; path: Path }) {
  const { t } = useTranslation("rule");
  if (shared.disabled || path.length === 0) return null;
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!by || !shared.root) return;
    event.preventDefault();
    const moved = moveBy(shared.root, path, by);
    if (moved.root === shared.root) return;
    shared.put(moved.root);
    shared.setFocus({ pointer: pointerOf(moved.path), part: "handle" });
  };
  return (
    // A button cannot be dragged in every browser; this can, and is one for the keyboard and the screen reader.
    <span
      role="button"
      tabIndex={0}
      draggable
      className={styles.handle}
      aria-label={t("builder.move")}
      title={t("builder.move")}
      data-part="handle"
      onKeyDown={onKey}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", pointerOf(path));
        event.dataTransfer.effectAllowed = "move";
        shared.setDrag({ from: path, spot: null });
      }}
      onDragEnd={() => shared.setDrag({ from: null, spot: null })}
    >
      <HolderOutlined aria-hidden />
    </span>
  );
}
