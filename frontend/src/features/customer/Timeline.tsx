/** Everything that happened to one customer, newest first, by day. */
import { ApartmentOutlined, GiftOutlined, MessageOutlined, ThunderboltOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
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

function Entry({ entry, name, lang }: { entry: TimelineEntry; name: string; lang: string }) {
  const { t } = useTranslation("customers");
  const [icon, family] = ICONS[entry.kind] ?? ICONS.event;
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
          {entry.kind === "message" ? t(`template:channels.${name}`, { defaultValue: name }) : name}
        </p>
        <p className={styles.entryDetail}>
          {entry.kind === "message"
            ? messageText(t, entry.detail)
            : detailText(entry.detail, (key) => String(t(`rule:properties.${key}`, { defaultValue: key })))}
        </p>
      </div>
      <time dateTime={entry.at}>{clock(entry.at, lang)}</time>
    </li>
  );
}

export function Timeline({ id }: { id: string }) {
  const { t, i18n } = useTranslation("customers");
  const lang = i18n.language;
  const pages = usePages<TimelineEntry>(`customers/${id}/timeline`, { page_size: 50 });
  const types = useCatalogue<Page<EventType>>("event-types").data?.results ?? [];
  const nameOf = (entry: TimelineEntry) =>
    pick(types.find((type) => type.name === entry.name)?.label, lang) || entry.name;
  return (
    <ListStates pages={pages} empty={<p className={styles.hint}>{t("noTimeline")}</p>}>
      {(items) => (
        <div className={styles.days}>
          {byDay(items, lang).map(([day, entries]) => (
            <section key={day}>
              <h3 className={styles.day}>{day}</h3>
              <ul className={styles.entries}>
                {entries.map((entry, index) => (
                  <Entry
                    key={`${entry.at}${entry.name}${index}`}
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
  );
}
