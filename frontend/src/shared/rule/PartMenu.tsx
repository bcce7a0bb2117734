/** What can be done with one line or group besides editing it: double, copy, put into a group or out of one, move. */
import { useTranslation } from "react-i18next";
import { type MenuItem, MoreMenu } from "@/shared/ui/MoreMenu";
import { canUngroup, duplicateAt, groupAt, moveBy, ungroupAt } from "./model/moves";
import { getAt, type Path, pointerOf } from "./model/tree";
import type { Shared } from "./shared";

export function PartMenu({ shared, path, group }: { shared: Shared; path: Path; group?: boolean }) {
  const { t } = useTranslation("rule");
  const { root, put, copy } = shared;
  if (!root) return null;
  const move = (by: 1 | -1) => {
    const moved = moveBy(root, path, by);
    put(moved.root);
    shared.setFocus({ pointer: pointerOf(moved.path), part: "handle" });
  };
  const canMove = (by: 1 | -1) => moveBy(root, path, by).root !== root;
  const item = (key: string, onClick: () => void): MenuItem => ({ key, label: t(`builder.${key}`), onClick });
  const items = [
    item("duplicate", () => put(duplicateAt(root, path))),
    item("copy", () => {
      const rule = getAt(root, path);
      if (rule) copy(rule);
    }),
    item("intoGroup", () => put(groupAt(root, path))),
    ...(group && canUngroup(root, path) ? [item("ungroup", () => put(ungroupAt(root, path)))] : []),
    ...(canMove(-1) ? [item("moveUp", () => move(-1))] : []),
    ...(canMove(1) ? [item("moveDown", () => move(1))] : []),
  ];
  return shared.disabled ? null : <MoreMenu label={t("builder.more")} items={items} />;
}
