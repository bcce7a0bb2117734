/** What is worked out of a customer's buying: stage, RFM as three bars, how likely they still buy, and when next. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { components } from "@/shared/api/schema";
import { dateOnly, money, percent } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Figure } from "@/shared/ui/Status";
import styles from "./customer.module.css";

type Found = components["schemas"]["FiguresOut"];

export function useFigures(id: string) {
  return useQuery({
    queryKey: keys.part("customers", id, "figures"),
    queryFn: ({ signal }) => fetched(api.get<Found>(`/customers/${id}/figures`, { signal })),
  });
}

function Bar({ name, value }: { name: string; value: number | null }) {
  const { t } = useTranslation("customers");
  return (
    <div
      className={styles.bar}
      role="img"
      aria-label={t("figures.score", { name, value: value ?? "–", of: 5 })}
    >
      <span aria-hidden="true">{name}</span>
      <span className={styles.barCells} aria-hidden="true">
        {[1, 2, 3, 4, 5].map((step) => (
          <i key={step} data-on={value !== null && step <= value} />
        ))}
      </span>
      <b aria-hidden="true">{value ?? "–"}</b>
    </div>
  );
}

export function Figures({ id }: { id: string }) {
  const { t, i18n } = useTranslation("customers");
  const lang = i18n.language;
  const found = useFigures(id).data;
  if (!found) return null;
  return (
    <Panel title={t("figures.title")}>
      <div className={styles.figureRow}>
        <Figure label={t("figures.orders")} value={String(found.orders)} />
        <Figure label={t("figures.spent")} value={money(found.spent)} />
        <Figure
          label={t("figures.next")}
          value={found.expected_at ? dateOnly(found.expected_at, lang) : "–"}
        />
        <Figure label={t("figures.alive")} value={found.alive === null ? "–" : percent(found.alive, lang)} />
      </div>
      <div className={styles.bars}>
        <Bar name="R" value={found.recency} />
        <Bar name="F" value={found.frequency} />
        <Bar name="M" value={found.monetary} />
      </div>
      <p className={styles.hint}>{t("figures.scores", { activity: found.activity, spread: found.spread })}</p>
    </Panel>
  );
}
