/** Where the customer stands now: in which canvas, at which step, until when or for what, and what comes next. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useList } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import { dateTime, relative } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import styles from "./customer.module.css";

type Place = components["schemas"]["Place"];

function waiting(place: Place, t: (key: string, more?: object) => string, lang: string): string {
  const until = place.until ? dateTime(place.until, lang) : "";
  if (place.waits_for === "event") return t(until ? "standing.eventUntil" : "standing.event", { until });
  if (place.waits_for) return t(`standing.${place.waits_for}`);
  return until ? t("standing.until", { until }) : t("standing.soon");
}

export function Standing({ id }: { id: string }) {
  const { t, i18n } = useTranslation("customers");
  const places = useList<Place>(`customers/${id}/standing`).data?.results;
  const say = (key: string, more?: object) => String(t(key as never, more as never));
  return (
    <Panel title={t("standing.title")}>
      {places?.length === 0 ? <p className={styles.hint}>{t("standing.none")}</p> : null}
      <ul className={styles.identityList}>
        {places?.map((place) => (
          <li key={`${place.run}/${place.node.id}/${place.since}`}>
            <Link to={`/canvases/${place.canvas.id}` as never}>{place.canvas.name}</Link>
            <div>
              {t("standing.at", { step: place.node.label, when: relative(place.since, i18n.language) })}
            </div>
            <p className={styles.hint}>
              {waiting(place, say, i18n.language)}
              {place.next.length
                ? ` · ${t("standing.next", { steps: place.next.map((step) => step.label).join(" / ") })}`
                : ` · ${t("standing.last")}`}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
