/** How many customers one line or group of a rule holds, beside it. */
import { useTranslation } from "react-i18next";
import { compact, count } from "@/shared/lib/format";
import type { PreviewState } from "./preview";
import styles from "./rule.module.css";
import type { Rule } from "./types";

interface Props {
  preview: PreviewState | undefined;
  rule: Rule;
  lang: string;
}

export function CountChip({ preview, rule, lang }: Props) {
  const { t } = useTranslation("rule");
  const n = preview?.countOf?.(rule);
  if (n === undefined) return null;
  const whole = t("count.people", { n: count(n, lang) });
  return (
    <span
      className={`${styles.chip} ${preview?.loading ? styles.stale : ""} ${n === 0 ? styles.chipNone : ""}`}
      title={t("count.here", { people: whole })}
      data-testid="line-count"
    >
      {t("count.people", { n: compact(n, lang) })}
    </span>
  );
}
