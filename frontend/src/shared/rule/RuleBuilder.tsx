/**
 * The rule as a tree of sentences that can be edited: groups joined by 且 / 或, turned round by 非.
 * Controlled: value in, changed value out; it saves and counts nothing itself (usePreview counts, and its state is shown).
 */
import { CodeOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PlacedProblem } from "@/shared/form/schema";
import { useWords } from "./catalogue";
import { keepClip, lastClip } from "./clip";
import { Group } from "./Group";
import { conditionsIn } from "./model/tree";
import type { PreviewState } from "./preview";
import { RuleSentence } from "./RuleSentence";
import { RuleText } from "./RuleText";
import styles from "./rule.module.css";
import type { Drag, Focus, Shared } from "./shared";
import type { Rule } from "./types";
import { useHistory } from "./useHistory";

export interface RuleBuilderProps {
  value: Rule | null;
  onChange: (next: Rule | null) => void;
  /** Pointers relative to the rule: "/all/0/value". */
  problems?: PlacedProblem[];
  /** From usePreview: the count beside every line. */
  preview?: PreviewState;
  lang: string;
  disabled?: boolean;
}

type History = ReturnType<typeof useHistory>;

/** Inside a text field the browser's own undo is the one that is meant. */
function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLInputElement ? target.type !== "radio" : target instanceof HTMLTextAreaElement;
}

function onShortcut(event: KeyboardEvent, history: History): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "y" || (key === "z" && event.shiftKey)) history.redo();
  else if (key === "z") history.undo();
  else return;
  event.preventDefault();
}

export function RuleBuilder({ value, onChange, problems = [], preview, lang, disabled }: RuleBuilderProps) {
  const { words, catalogue } = useWords(lang);
  const history = useHistory(value, onChange);
  const [focus, setFocus] = useState<Focus | null>(null);
  const [drag, setDrag] = useState<Drag>({ from: null, spot: null });
  const [clip, setClip] = useState(lastClip);
  const copy = (rule: Rule) => {
    keepClip(rule);
    setClip(rule);
  };
  const shared: Shared = {
    root: value,
    put: history.put,
    problems,
    preview,
    words,
    catalogue,
    lang,
    disabled,
    focus,
    setFocus,
    drag,
    setDrag,
    clip,
    copy,
  };
  return (
    <div
      className={`${styles.builder} ${drag.from ? styles.dragging : ""}`}
      onKeyDown={(event) => onShortcut(event, history)}
    >
      <Group shared={shared} path={[]} />
      {disabled ? null : <Tools value={value} history={history} />}
      {conditionsIn(value).length > 1 ? <ReadAs rule={value as Rule} lang={lang} /> : null}
    </div>
  );
}

function Tools({ value, history }: { value: Rule | null; history: History }) {
  const { t } = useTranslation("rule");
  const [text, setText] = useState(false);
  const tool = (key: string, icon: ReactNode, onClick: () => void, off = false) => (
    <Button type="text" size="small" icon={icon} disabled={off} onClick={onClick}>
      {t(`builder.${key}`)}
    </Button>
  );
  return (
    <div className={styles.tools} role="toolbar" aria-label={t("builder.tools")}>
      {tool("undo", <UndoOutlined aria-hidden />, history.undo, !history.canUndo)}
      {tool("redo", <RedoOutlined aria-hidden />, history.redo, !history.canRedo)}
      {tool("asText", <CodeOutlined aria-hidden />, () => setText(true))}
      {text ? (
        <RuleText
          rule={value}
          onDone={(next) => {
            setText(false);
            if (next) history.put(next);
          }}
        />
      ) : null}
    </div>
  );
}

function ReadAs({ rule, lang }: { rule: Rule; lang: string }) {
  const { t } = useTranslation("rule");
  return (
    <details className={styles.readAs}>
      <summary>{t("builder.readAs")}</summary>
      <RuleSentence rule={rule} lang={lang} />
    </details>
  );
}
