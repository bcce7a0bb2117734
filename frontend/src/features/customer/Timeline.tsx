/** Everything that happened to one customer, newest first, by day. */
import {
  ApartmentOutlined,
  GiftOutlined,
  MergeCellsOutlined,
  MessageOutlined,
  SafetyCertificateOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Segmented, Select } from "antd";
import type { TFunction } from "i18next";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalogue, usePages } from "@/shared/api/queries";
import type { EventType, Page, TimelineEntry } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { clock, dateOnly } from "@/shared/lib/format";
import { reasonWords } from "@/shared/lib/reason";
import { excerpt } from "@/shared/ui/excerpt";
import { ListStates } from "@/shared/ui/List";
import styles from "./customer.module.css";

const ICONS: Record<TimelineEntry["kind"], [ReactNode, string]> = {
  event: [<ThunderboltOutlined key="e" aria-hidden />, "flow"],
  message: [<MessageOutlined key="m" aria-hidden />, "message"],
  grant: [<GiftOutlined key="g" aria-hidden />, "reward"],
  canvas: [<ApartmentOutlined key="c" aria-hidden />, "audience"],
  consent: [<SafetyCertificateOutlined key="s" aria-hidden />, "customer"],
  merge: [<MergeCellsOutlined key="j" aria-hidden />, "customer"],
};

/** Detail in words: plain members only, the rest would be noise here. */
export function detailText(
  detail: Record<string, unknown> | undefined,
  label: (key: string) => string = (key) => key,
): string {
  return Object.entries(detail ?? {})
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value) && value !== "")
    .slice(0, 5)
    .map(([key, value]) => `${label(key)} ${String(value)}`)
    .join(" · ");
}

/** A message: how it stands, why it was held back, and how it begins. */
function messageText(t: TFunction<"customers">, detail: Record<string, unknown> | undefined): string {
  const { status, reason, content } = detail ?? {};
  const parts = [
    String(t(`messages:status.${String(status)}` as never, { defaultValue: String(status ?? "") } as never)),
    reason ? reasonWords(t as never, String(reason)) : "",
    content ? excerpt(content as Record<string, unknown>) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

function byDay(items: TimelineEntry[], lang: string): [string, TimelineEntry[]][] {
  const days = new Map<string, TimelineEntry[]>();
  for (const item of items) {
    const day = dateOnly(item.at, lang);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days];
}

/** One sentence for an entry: what happened, in the words of its kind. */
function sentence(t: TFunction<"customers">, entry: TimelineEntry, name: string): [string, string] {
  const detail = entry.detail;
  switch (entry.kind) {
    case "message":
      return [
        String(t(`template:channels.${entry.name}`, { defaultValue: entry.name })),
        messageText(t, detail),
      ];
    case "canvas":
      return [t("story.entered", { name: String(detail.name ?? "") }), ""];
    case "grant":
      return [t("story.grant", { name }), String(detail.code ?? "")];
    case "consent":
      return [
        t(detail.granted ? "story.granted" : "story.withdrawn", {
          channel: String(t(`template:channels.${entry.name}`, { defaultValue: entry.name })),
        }),
        String(t(`sources.${String(detail.source).split(":")[0]}`, { defaultValue: String(detail.source) })),
      ];
    case "merge":
      return [
        t(detail.undone ? "story.unmerged" : "story.merged", { other: `#${String(detail.merged)}` }),
        [actorName(t, String(detail.actor ?? "")), String(detail.reason ?? "")].filter(Boolean).join(" · "),
      ];
    default:
      return [name, detailText(detail, (key) => String(t(`rule:properties.${key}`, { defaultValue: key })))];
  }
}

export function actorName(t: TFunction<"customers">, actor: string): string {
  return actor === "automatic" ? t("sources.automatic") : actor;
}

/** Where an entry leads: to the canvas it speaks of, or to what was sent. */
function Target({ entry, children }: { entry: TimelineEntry; children: ReactNode }) {
  const canvas = entry.detail?.canvas;
  if (typeof canvas === "string" && /^\d+$/.test(canvas))
    return <Link to={`/canvases/${canvas}` as never}>{children}</Link>;
  return children;
}

function Entry({ entry, name, lang }: { entry: TimelineEntry; name: string; lang: string }) {
  const { t } = useTranslation("customers");
  const [icon, family] = ICONS[entry.kind] ?? ICONS.event;
  const [what, more] = sentence(t, entry, name);
  return (
    <li className={styles.entry}>
      <span
        className={styles.entryIcon}
        style={{ background: `var(--c-f-${family}-soft)`, color: `var(--c-f-${family})` }}
        aria-hidden="true"
      >
        {icon}
      </span>
      <div className={styles.entryBody}>
        <p className={styles.entryName}>
          <Target entry={entry}>{what}</Target>
        </p>
        <p className={styles.entryDetail}>{more}</p>
      </div>
      <time dateTime={entry.at}>{clock(entry.at, lang)}</time>
    </li>
  );
}

const SPANS = { all: 0, week: 7, month: 30, year: 365 } as const;
type Span = keyof typeof SPANS;

function since(span: Span): string | undefined {
  if (!SPANS[span]) return undefined;
  const day = new Date();
  day.setDate(day.getDate() - SPANS[span]);
  day.setHours(0, 0, 0, 0); // the same text for a whole day, so that a filter is not asked anew at every look
  return day.toISOString();
}

export function Timeline({ id }: { id: string }) {
  const { t, i18n } = useTranslation("customers");
  const lang = i18n.language;
  const [kind, setKind] = useState<TimelineEntry["kind"] | "all">("all");
  const [span, setSpan] = useState<Span>("all");
  const pages = usePages<TimelineEntry>(`customers/${id}/timeline`, {
    page_size: 50,
    kind: kind === "all" ? undefined : kind,
    from: since(span),
  });
  const types = useCatalogue<Page<EventType>>("event-types").data?.results ?? [];
  const nameOf = (entry: TimelineEntry) =>
    pick(types.find((type) => type.name === entry.name)?.label, lang) || entry.name;
  const kinds = ["all", ...Object.keys(ICONS)] as ("all" | TimelineEntry["kind"])[];
  return (
    <>
      <div className={styles.filters}>
        <Segmented
          aria-label={t("story.kind")}
          value={kind}
          options={kinds.map((one) => ({ value: one, label: t(`story.kinds.${one}`) }))}
          onChange={setKind}
        />
        <Select
          aria-label={t("story.span")}
          value={span}
          options={(Object.keys(SPANS) as Span[]).map((one) => ({
            value: one,
            label: t(`story.spans.${one}`),
          }))}
          onChange={setSpan}
        />
      </div>
      <ListStates pages={pages} empty={<p className={styles.hint}>{t("noTimeline")}</p>}>
        {(items) => (
          <div className={styles.days}>
            {byDay(items, lang).map(([day, entries]) => (
              <section key={day}>
                <h3 className={styles.day}>{day}</h3>
                <ul className={styles.entries}>
                  {entries.map((entry) => (
                    <Entry
                      key={`${entry.kind}${entry.number}`}
                      entry={entry}
                      name={nameOf(entry)}
                      lang={lang}
                    />
                  ))}
                </ul>
              </section>
            ))}
          </div>
        )}
      </ListStates>
    </>
  );
}
