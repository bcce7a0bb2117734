/** The rule builder in a wide dialog, with the live count beside it. Nothing changes until OK. */
import { Modal } from "antd";
import { useState } from "react";
import type { PlacedProblem } from "@/shared/form/schema";
import { usePreview } from "./preview";
import { RuleBuilder } from "./RuleBuilder";
import { RuleCount } from "./RuleCount";
import styles from "./rule.module.css";
import type { Rule } from "./types";

interface DialogProps {
  value: Rule | null;
  problems: PlacedProblem[];
  lang: string;
  title: string;
  /** undefined: closed without a change. */
  onDone: (next: Rule | null | undefined) => void;
}

export default function RuleDialog({ value, problems, lang, title, onDone }: DialogProps) {
  const [draft, setDraft] = useState(value);
  const state = usePreview(draft);
  const shown = draft === value ? [...problems, ...state.problems] : state.problems;
  return (
    <Modal
      open
      width={1080}
      title={title}
      onCancel={() => onDone(undefined)}
      onOk={() => onDone(draft)}
      centered
    >
      <div className={styles.dialog}>
        <RuleBuilder value={draft} onChange={setDraft} problems={shown} preview={state} lang={lang} />
        <RuleCount state={state} lang={lang} />
      </div>
    </Modal>
  );
}
