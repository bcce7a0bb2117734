/** A rule inside a narrow form: read in place, edited in a wide dialog with its live count beside it. */
import { FilterOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PlacedProblem } from "@/shared/form/schema";
import { RuleSentence } from "./RuleSentence";
import styles from "./rule.module.css";
import type { Rule } from "./types";

/** The builder brings calendars and pickers along: it is read when somebody edits. */
const RuleDialog = lazy(() => import("./RuleDialog"));

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
      <Button icon={<FilterOutlined aria-hidden />} disabled={disabled} onClick={() => setOpen(true)}>
        {t(value ? "builder.edit" : "builder.set")}
      </Button>
      <Suspense>
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
      </Suspense>
    </div>
  );
}
