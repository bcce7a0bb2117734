/** One condition of a rule: its editor, how many it holds, what can be done with it, and its problems. */
import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { PlacedProblem } from "@/shared/form/schema";
import { CountChip } from "./CountChip";
import { AttributeEditor } from "./editors/attribute";
import { EventEditor } from "./editors/event";
import { GenericEditor } from "./editors/generic";
import { AudienceEditor, TagEditor } from "./editors/membership";
import type { EditorProps } from "./editors/props";
import { SequenceEditor } from "./editors/sequence";
import { Handle } from "./Handle";
import { coreOf, type Path, pointerOf, removeAt, setAt, toggleNot } from "./model/tree";
import { NotButton } from "./NotButton";
import { PartMenu } from "./PartMenu";
import styles from "./rule.module.css";
import type { Shared } from "./shared";
import type { Condition, Rule } from "./types";

const EDITORS: Record<string, ComponentType<EditorProps>> = {
  attribute: AttributeEditor,
  event: EventEditor,
  sequence: SequenceEditor,
  tag: TagEditor,
  audience: AudienceEditor,
};

/** Problems at or below a place, with pointers from there. */
function within(problems: PlacedProblem[], path: Path): PlacedProblem[] {
  const place = pointerOf(path);
  return problems
    .filter(({ pointer }) => place === "" || pointer === place || pointer.startsWith(`${place}/`))
    .map((problem) => ({ ...problem, pointer: problem.pointer.slice(place.length) }));
}

export function ConditionRow({ shared, path, outer }: { shared: Shared; path: Path; outer: Rule }) {
  const { t } = useTranslation("rule");
  const { put, words, catalogue, lang, disabled } = shared;
  const root = shared.root as Rule;
  const core = coreOf(outer, path);
  const rule = core.rule as Condition;
  const Editor = EDITORS[rule.condition] ?? GenericEditor;
  const problems = within(shared.problems, core.path);
  const errors = problems.filter((problem) => problem.severity !== "warning");
  return (
    <div
      className={`${styles.row} ${core.negated ? styles.negated : ""} ${errors.length ? styles.rowBad : ""}`}
    >
      <Handle shared={shared} path={path} />
      <NotButton negated={core.negated} disabled={disabled} onClick={() => put(toggleNot(root, path))} />
      <div className={styles.rowBody} data-part="body">
        <Editor
          rule={rule}
          problems={errors}
          words={words}
          catalogue={catalogue}
          lang={lang}
          disabled={disabled}
          onChange={(next: Condition) => put(setAt(root, core.path, next), pointerOf(core.path))}
        />
        {problems.map((problem) => (
          <p
            key={problem.pointer + problem.detail}
            role="alert"
            className={problem.severity === "warning" ? styles.warning : styles.problem}
          >
            {problem.detail}
          </p>
        ))}
      </div>
      <CountChip preview={shared.preview} rule={outer} lang={lang} />
      <PartMenu shared={shared} path={path} />
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined aria-hidden />}
        aria-label={t("builder.remove")}
        disabled={disabled}
        onClick={() => put(removeAt(root, path))}
      />
    </div>
  );
}
