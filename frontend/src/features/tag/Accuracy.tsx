/** How well the tag matches what people did: the latest check, those before it, and the wrong ones with why. */
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import { dateTime, percent } from "@/shared/lib/format";
import { useAct } from "@/shared/ui/useAct";
import type { Tag, TagCheck } from "./api";
import styles from "./tag.module.css";

const SHOWN = 10;
const LOOK_AGAIN = 3000;

function Wrong({ check }: { check: TagCheck }) {
  const { t, i18n } = useTranslation("tags");
  const lang = i18n.language === "en" ? "en" : "zh";
  return (
    <ul className={styles.wrong}>
      {check.detail.wrong.slice(0, SHOWN).map((one) => (
        <li key={one.customer}>
          <Link to={`/customers/${one.customer}` as never}>#{one.customer}</Link>{" "}
          {t(one.carries ? "accuracy.carries" : "accuracy.misses")}：
          {one.conditions
            .map(
              (part) =>
                `${part.labels[lang]} ${part.holds ? "✓" : "✗"}${part.found === null ? "" : ` (${part.found})`}`,
            )
            .join("；")}
        </li>
      ))}
    </ul>
  );
}

export function Accuracy({ tag }: { tag: Tag }) {
  const { t, i18n } = useTranslation("tags");
  const { act, busy } = useAct();
  const checks = useList<TagCheck>(`tags/${tag.id}/checks`, { page_size: 10 });
  const [asked, setAsked] = useState(false);
  const start = async () => {
    setAsked(true);
    await act(() => api.post(`/tags/${tag.id}/checks`), { done: t("accuracy.started") });
    window.setTimeout(() => {
      setAsked(false);
      void checks.refetch();
    }, LOOK_AGAIN);
  };
  const rows = [...(checks.data?.results ?? [])].sort((a, b) => b.at.localeCompare(a.at));
  const latest = rows[0];
  const lang = i18n.language;
  return (
    <section className={styles.facts} aria-label={t("accuracy.title")}>
      <h3>{t("accuracy.title")}</h3>
      <p className={styles.note}>{t("accuracy.note")}</p>
      {latest ? (
        <>
          <p className={styles.figure}>
            {percent(latest.accuracy, lang)}
            <span className={styles.note}>
              {t("accuracy.interval", {
                low: percent(latest.low, lang),
                high: percent(latest.high, lang),
                n: latest.checked,
                wrong: latest.wrong,
                at: dateTime(latest.at, lang),
              })}
            </span>
          </p>
          <Wrong check={latest} />
          {rows.length > 1 ? (
            <p className={styles.note}>
              {t("accuracy.before")}
              {rows
                .slice(1)
                .map((row) => percent(row.accuracy, lang))
                .join(" · ")}
            </p>
          ) : null}
        </>
      ) : null}
      <Button size="small" loading={busy || asked} onClick={() => void start()}>
        {t("accuracy.start")}
      </Button>
    </section>
  );
}
