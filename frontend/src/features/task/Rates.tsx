/** How staff get on with their tasks: a bar for each, done, left aside and open. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { StaffTaskCounts } from "@/shared/api/types";
import styles from "./task.module.css";

const MOST = 6;
const PARTS = ["done", "dismissed", "open"] as const;

function Bar({ counts, most }: { counts: StaffTaskCounts; most: number }) {
  const { t, i18n } = useTranslation("tasks");
  const rate = new Intl.NumberFormat(i18n.language, { style: "percent" }).format(counts.rate ?? 0);
  const words = PARTS.filter((part) => counts[part]).map((part) => t(`rates.${part}`, { n: counts[part] }));
  const late = counts.late ? [t("rates.late", { n: counts.late })] : [];
  return (
    <li className={styles.rate}>
      <span className={styles.who}>{counts.staff?.name ?? t("rates.nobody")}</span>
      <span className={styles.parts} style={{ width: `${(100 * counts.tasks) / most}%` }} aria-hidden>
        {PARTS.map((part) => (
          <span key={part} className={styles[part]} style={{ flexGrow: counts[part] }} />
        ))}
      </span>
      <span className={styles.words}>
        {t("rates.rate", { rate })} · {[...words, ...late].join(" · ")}
      </span>
    </li>
  );
}

type Filters = Record<string, string | undefined>;

/** Asked again whenever the list of tasks is. */
function useRates(query: Filters) {
  return useQuery({
    queryKey: [...keys.list("staff-tasks", query), "rates"],
    queryFn: ({ signal }) =>
      fetched(api.get<{ staff: StaffTaskCounts[] }>("/staff-tasks/rates", { query, signal })),
  });
}

export function Rates({ filters }: { filters: Filters }) {
  const { t } = useTranslation("tasks");
  const found = useRates(filters).data?.staff ?? [];
  if (!found.length) return null;
  const most = Math.max(...found.map((one) => one.tasks));
  return (
    <section aria-label={t("rates.title")}>
      <ul className={styles.rates}>
        {found.slice(0, MOST).map((one) => (
          <Bar key={one.staff?.id ?? ""} counts={one} most={most} />
        ))}
      </ul>
    </section>
  );
}
