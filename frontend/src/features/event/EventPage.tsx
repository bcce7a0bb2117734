/** One event: how many came, what it is, its properties. */
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { pick } from "@/shared/i18n/setup";
import { count, dateTime } from "@/shared/lib/format";
import { Skeleton } from "@/shared/ui/List";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { Figure } from "@/shared/ui/Status";
import { About } from "./About";
import { useEventStats, useEventType } from "./api";
import styles from "./event.module.css";
import { Notes } from "./Notes";
import { Properties } from "./Properties";
import { Sparkline } from "./Sparkline";

export default function EventPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const { t, i18n } = useTranslation("events");
  const lang = i18n.language;
  const type = useEventType(name);
  const stats = useEventStats().data?.results.find((row) => row.name === name);
  if (type.isError) return <ProblemNote error={type.error} onRetry={() => void type.refetch()} />;
  if (!type.data) return <Skeleton />;
  const never = type.data.count > 0 ? "–" : t("never");
  const seen = (at: string | null | undefined) => (at ? dateTime(at, lang) : never);
  return (
    <PageFrame
      back={{ to: "/events", label: t("title") }}
      title={pick(type.data.label, lang) || name}
      intro={<span className={styles.key}>{name}</span>}
    >
      <Panel title={t("counts")}>
        <div className={styles.figures}>
          <Figure label={t("total")} value={count(type.data.count, lang)} />
          <Figure label={t("first")} value={seen(type.data.first_seen_at)} />
          <Figure label={t("last")} value={seen(type.data.last_seen_at)} />
          {stats ? (
            <Sparkline counts={stats.daily} label={`${t("daily")}: ${stats.daily.join(", ")}`} />
          ) : null}
          <Notes stats={stats} />
        </div>
      </Panel>
      <About key={name} type={type.data} />
      <Properties type={type.data} />
    </PageFrame>
  );
}
