/** A rule to read: one sentence a line, joined by 且 / 或, groups set in. */
import { useTranslation } from "react-i18next";
import { useWords } from "./catalogue";
import { linesOf } from "./model/sentence";
import styles from "./rule.module.css";
import type { Rule } from "./types";

export function RuleSentence({ rule, lang }: { rule: Rule; lang: string }) {
  const { t } = useTranslation("rule");
  const { words } = useWords(lang);
  return (
    <ul className={styles.sentence}>
      {linesOf(rule, words).map((line) => (
        <li key={line.pointer} style={{ paddingInlineStart: line.depth * 20 }}>
          {line.joiner ? (
            <span className={`${styles.word} ${line.joiner === "any" ? styles.wordAny : ""}`}>
              {t(line.joiner === "any" ? "or" : "and")}
            </span>
          ) : null}
          {line.negated ? <span className={styles.wordNot}>{t("not")}</span> : null}
          <span>{line.text || t(`joiner.${line.group ?? "all"}`)}</span>
        </li>
      ))}
    </ul>
  );
}
