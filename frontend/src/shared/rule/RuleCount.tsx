/** How many customers match right now, and a few of them to look at. */
import { useTranslation } from "react-i18next";
import type { Customer } from "@/shared/api/types";
import { count } from "@/shared/lib/format";
import type { PreviewState } from "./preview";
import styles from "./rule.module.css";

export function customerName(customer: Customer): string {
  const name = customer.attributes?.name ?? customer.attributes?.nickname;
  return String(name || customer.external_id || customer.id);
}

type Translate = (key: string, params?: Record<string, unknown>) => string;

function headline(state: PreviewState, lang: string, t: Translate): string {
  if (state.incomplete) return t("count.incomplete");
  if (state.problem) return t(state.problem.status === 400 ? "count.incomplete" : "count.failed");
  if (!state.data) return state.loading ? t("count.counting") : "–";
  return state.data.count === 0 ? t("count.none") : t("count.people", { n: count(state.data.count, lang) });
}

export function RuleCount({
  state,
  lang,
  sample = true,
}: {
  state: PreviewState;
  lang: string;
  sample?: boolean;
}) {
  const { t } = useTranslation("rule");
  const members = state.problem ? [] : (state.data?.sample ?? []);
  return (
    <aside className={styles.count} aria-live="polite">
      <p className={styles.countLabel}>{t("count.now")}</p>
      <p
        className={`${styles.countNumber} ${state.loading ? styles.stale : ""} ${state.problem || state.incomplete ? styles.countWord : ""}`}
        data-testid="rule-count"
      >
        {headline(state, lang, (key, params) => String(t(key, params ?? {})))}
      </p>
      {sample && members.length > 0 ? (
        <>
          <p className={styles.countLabel}>{t("count.sample")}</p>
          <ul className={styles.people}>
            {members.map((member) => (
              <li key={member.id}>
                <span className={styles.avatar} aria-hidden="true">
                  {customerName(member).slice(0, 1)}
                </span>
                <span className={styles.personName}>{customerName(member)}</span>
                <span className={styles.personNote}>{member.tags?.slice(0, 2).join(" · ")}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </aside>
  );
}
