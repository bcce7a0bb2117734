/** The catalogue of events: what arrives, how many a day, what is odd about it, and how long it is kept. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import type { EventStats, EventType } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { compact, relative } from "@/shared/lib/format";
import { useFilters } from "@/shared/ui/filters";
import { Empty, Skeleton } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { SearchBox } from "@/shared/ui/SearchBox";
import { type Column, Table } from "@/shared/ui/Table";
import { useEventStats, useEventTypes } from "./api";
import styles from "./event.module.css";
import { Notes } from "./Notes";
import { Retention } from "./Retention";
import { Sparkline } from "./Sparkline";

const addressOf = (name: string) => `/events/${encodeURIComponent(name)}`;

function useColumns(stats: EventStats | undefined): Column<EventType>[] {
  const { t, i18n } = useTranslation("events");
  const lang = i18n.language;
  const rows = new Map(stats?.results.map((row) => [row.name, row]));
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => (
        <span>
          <Link to={addressOf(item.name) as never}>{pick(item.label, lang) || item.name}</Link>
          <span className={styles.key}>{item.name}</span>
        </span>
      ),
    },
    {
      key: "daily",
      title: t("daily"),
      render: (item) => {
        const counts = rows.get(item.name)?.daily;
        return counts ? <Sparkline counts={counts} label={counts.join(", ")} /> : "–";
      },
    },
    { key: "total", title: t("total"), align: "end", render: (item) => compact(item.count, lang) },
    {
      key: "last",
      title: t("last"),
      render: (item) => (item.last_seen_at ? relative(item.last_seen_at, lang) : t("never")),
    },
    {
      key: "notes",
      title: t("notes"),
      render: (item) => (
        <Notes stats={rows.get(item.name)} odd={Object.keys(item.odd ?? {})} hidden={item.hidden} />
      ),
    },
  ];
}

function fits(item: EventType, search: string): boolean {
  const words = [item.name, pick(item.label, "zh"), pick(item.label, "en"), item.description ?? ""];
  return words.some((word) => word.toLowerCase().includes(search));
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("events");
  const navigate = useNavigate();
  if (filtered) return <Empty title={t("empty.filtered")} />;
  const action = (
    <Button type="primary" onClick={() => void navigate({ to: "/imports" as never })}>
      {t("empty.import")}
    </Button>
  );
  return <Empty title={t("empty.title")} text={t("empty.text")} action={action} />;
}

export default function EventListPage() {
  const { t } = useTranslation("events");
  const navigate = useNavigate();
  const [{ search = "", hidden }, change] = useFilters();
  const types = useEventTypes();
  const stats = useEventStats();
  const columns = useColumns(stats.data);
  const all = types.data?.results ?? [];
  const shown = all.filter((item) => fits(item, search.toLowerCase()) && (!item.hidden || hidden === "true"));
  const arrived = all.some((item) => item.count > 0);
  return (
    <PageFrame title={t("title")} intro={t("intro")}>
      {types.data && !arrived ? <Nothing filtered={false} /> : null}
      <SearchBox placeholder={t("search")} />
      {all.some((item) => item.hidden) ? (
        <Checkbox
          checked={hidden === "true"}
          onChange={(event) => change({ hidden: event.target.checked ? "true" : undefined })}
        >
          {t("showHidden")}
        </Checkbox>
      ) : null}
      {types.isPending ? <Skeleton /> : null}
      {types.isError ? <ProblemNote error={types.error} onRetry={() => void types.refetch()} /> : null}
      {types.data && shown.length === 0 ? <Nothing filtered /> : null}
      {shown.length ? (
        <Table
          columns={columns}
          items={shown}
          rowKey={(item) => item.name}
          label={t("title")}
          onOpen={(item) => void navigate({ to: addressOf(item.name) as never })}
        />
      ) : null}
      {stats.data ? <Retention stats={stats.data} /> : null}
    </PageFrame>
  );
}
