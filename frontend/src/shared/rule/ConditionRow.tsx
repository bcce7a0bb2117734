/** One condition of a rule: its editor, the buttons to turn it round or take it out, and its problems. */
import { CloseOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { AttributeEditor } from "./editors/attribute";
import { EventEditor } from "./editors/event";
import { GenericEditor } from "./editors/generic";
import { AudienceEditor, TagEditor } from "./editors/membership";
import type { EditorProps } from "./editors/props";
import { SequenceEditor } from "./editors/sequence";
import styles from "./rule.module.css";

const EDITORS: Record<string, ComponentType<EditorProps>> = {
  attribute: AttributeEditor,
  event: EventEditor,
  sequence: SequenceEditor,
  tag: TagEditor,
  audience: AudienceEditor,
};

interface Props extends EditorProps {
  negated: boolean;
  onNegate: () => void;
  onRemove: () => void;
}

export function ConditionRow({ negated, onNegate, onRemove, ...editor }: Props) {
  const { t } = useTranslation("rule");
  const Editor = EDITORS[editor.rule.condition] ?? GenericEditor;
  return (
    <div
      className={`${styles.row} ${negated ? styles.negated : ""} ${editor.problems.length ? styles.rowBad : ""}`}
    >
      <NotButton negated={negated} disabled={editor.disabled} onClick={onNegate} />
      <div className={styles.rowBody}>
        <Editor {...editor} />
        {editor.problems.map((problem) => (
          <p key={problem.pointer + problem.detail} role="alert" className={styles.problem}>
            {problem.detail}
          </p>
        ))}
      </div>
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined aria-hidden />}
        aria-label={t("builder.remove")}
        disabled={editor.disabled}
        onClick={onRemove}
      />
    </div>
  );
}

export function NotButton({
  negated,
  onClick,
  disabled,
}: {
  negated: boolean;
  onClick: () => void;
  disabled?: boolean;
}) {
  const { t } = useTranslation("rule");
  return (
    <Tooltip title={t("builder.negate")}>
      <button
        type="button"
        className={`${styles.not} ${negated ? styles.notOn : ""}`}
        aria-pressed={negated}
        disabled={disabled}
        onClick={onClick}
      >
        {t("not")}
      </button>
    </Tooltip>
  );
}
