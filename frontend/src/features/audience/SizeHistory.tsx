/** How the size went: a chart with a range to choose, and a small line for lists. Numbers are also there as text. */
import { Segmented } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Page } from "@/shared/api/types";
import { count, dateTime } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import styles from "./audience.module.css";
import { type Place, places, type SizePoint, sparkPath, stepPath } from "./model/history";

const WIDTH = 720;
const HEIGHT = 160;
const RANGES = [7, 30, 90, 0];

export function Sparkline({ sizes, label }: { sizes: number[]; label: string }) {
  if (sizes.length < 2) return null;
  return (
    <svg viewBox="0 0 64 20" width="64" height="20" role="img" aria-label={label}>
      <path d={sparkPath(sizes, 64, 20)} fill="none" stroke="var(--c-primary)" strokeWidth="1.5" />
    </svg>
  );
}

export function SizeHistory({ id }: { id: string }) {
  const { t } = useTranslation("audiences");
  const [days, setDays] = useState(30);
  const history = useQuery({
    queryKey: keys.part("audiences", id, "history", { days }),
    queryFn: () =>
      fetched(
        api.get<Page<SizePoint>>(`/audiences/${id}/history`, {
          query: { days: days || undefined, page_size: 1000 },
        }),
      ),
  });
  const found = places(history.data?.results ?? [], WIDTH, HEIGHT);
  const range = (
    <Segmented
      aria-label={t("history.range")}
      options={RANGES.map((value) => ({
        value,
        label: t(value ? "history.days" : "history.all", { n: value }),
      }))}
      value={days}
      onChange={(value) => setDays(Number(value))}
    />
  );
  return (
    <Panel title={t("history.title")} extra={range}>
      {found.length > 1 ? (
        <Chart found={found} />
      ) : (
        <p className={styles.hint}>{t(found.length ? "history.once" : "history.none")}</p>
      )}
    </Panel>
  );
}

function Chart({ found }: { found: Place[] }) {
  const { t, i18n } = useTranslation("audiences");
  const lang = i18n.language;
  const [shown, setShown] = useState<Place | null>(null);
  const last = shown ?? found.at(-1);
  return (
    <figure className={styles.chart}>
      <svg viewBox={`-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`} role="img" aria-label={t("history.title")}>
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--c-line-strong)" />
        <path d={stepPath(found)} fill="none" stroke="var(--c-primary)" strokeWidth="2" />
        {found.map((place) => (
          <circle
            key={place.at}
            cx={place.x}
            cy={place.y}
            r={place === last ? 5 : 3}
            fill="var(--c-primary)"
            onPointerEnter={() => setShown(place)}
          >
            <title>{`${dateTime(place.at, lang)} · ${count(place.size, lang)}`}</title>
          </circle>
        ))}
      </svg>
      {last ? (
        <figcaption>
          <b>{count(last.size, lang)}</b> · {dateTime(last.at, lang)}
          {last.cause ? ` · ${t(`history.cause.${last.cause}`)}` : ""}
          {last.joined || last.left
            ? ` · ${t("change.both", { joined: count(last.joined, lang), left: count(last.left, lang) })}`
            : ""}
          {last.took_ms ? ` · ${t("history.took", { ms: count(last.took_ms, lang) })}` : ""}
        </figcaption>
      ) : null}
    </figure>
  );
}
