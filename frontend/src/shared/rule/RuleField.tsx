/** A rule inside a narrow form: read in place, edited in a wide dialog with its live count beside it. */
import { FilterOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PlacedProblem } from "@/shared/form/schema";
import { usePreview } from "./preview";
import { RuleBuilder } from "./RuleBuilder";
import { RuleCount } from "./RuleCount";
import { RuleSentence } from "./RuleSentence";
import styles from "./rule.module.css";
import type { Rule } from "./types";

interface Props {
  value: Rule | null;
  onChange: (next: Rule | null) => void;
  problems?: PlacedProblem[];
  lang: string;
  disabled?: boolean;
  title?: string;
}

export function RuleField({ value, onChange, problems = [], lang, disabled, title }: Props) {
  const { t } = useTranslation("rule");
  const [open, setOpen] = useState(false);
  const inner = problems.filter((problem) => problem.pointer !== "");
  return (
    <div className={styles.field}>
      {value ? (
        <RuleSentence rule={value} lang={lang} />
      ) : (
        <p className={styles.hint}>{t("builder.unset")}</p>
      )}
      {inner.map((problem) => (
        <p key={problem.pointer + problem.detail} role="alert" className={styles.problem}>
          {problem.detail}
        </p>
      ))}
      <Button icon={<FilterOutlined />} disabled={disabled} onClick={() => setOpen(true)}>
        {t(value ? "builder.edit" : "builder.set")}
      </Button>
      {open ? (
        <RuleDialog
          value={value}
          problems={problems}
          lang={lang}
          title={title || t("builder.title")}
          onDone={(next) => {
            setOpen(false);
            if (next !== undefined) onChange(next);
          }}
        />
      ) : null}
    </div>
  );
}

interface DialogProps {
  value: Rule | null;
  problems: PlacedProblem[];
  lang: string;
  title: string;
  /** undefined: closed without a change. */
  onDone: (next: Rule | null | undefined) => void;
}

function RuleDialog({ value, problems, lang, title, onDone }: DialogProps) {
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
        <RuleBuilder value={draft} onChange={setDraft} problems={shown} lang={lang} />
        <RuleCount state={state} lang={lang} />
      </div>
    </Modal>
  );
}
