/** What rules are made of, from the API: conditions, operators, attributes, events, audiences, and the words for them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCatalogue, useList } from "@/shared/api/queries";
import type { AttributeDefinition, Audience, ConditionCatalogue, EventType, Page } from "@/shared/api/types";
import { type Label, pick } from "@/shared/i18n/setup";
import type { Words } from "./model/sentence";

export interface RuleCatalogue {
  conditions: ConditionCatalogue | undefined;
  attributes: AttributeDefinition[];
  events: EventType[];
  audiences: Audience[];
  ready: boolean;
  failed: boolean;
}

export function useRuleCatalogue(): RuleCatalogue {
  const conditions = useCatalogue<ConditionCatalogue>("conditions");
  const attributes = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500");
  const events = useCatalogue<Page<EventType>>("event-types");
  const audiences = useList<Audience>("audiences", { page_size: 200 });
  return useMemo(
    () => ({
      conditions: conditions.data,
      attributes: attributes.data?.results ?? [],
      events: events.data?.results ?? [],
      audiences: audiences.data?.results ?? [],
      ready: !conditions.isPending && !attributes.isPending && !events.isPending,
      failed: conditions.isError,
    }),
    [conditions, attributes, events, audiences],
  );
}

const SIGNS: Record<string, string> = { eq: "=", ne: "≠", gt: ">", gte: "≥", lt: "<", lte: "≤" };

function labelOf(label: Label | { labels: Label } | undefined, lang: string): string {
  if (label && typeof label === "object" && "labels" in label) return pick(label.labels, lang);
  return pick(label as Label, lang);
}

export function makeWords(
  catalogue: RuleCatalogue,
  lang: string,
  t: (key: string, params?: Record<string, unknown>) => string,
): Words {
  const { conditions, attributes, events, audiences } = catalogue;
  const own = (key: string, fallback: string) => t(key, { defaultValue: fallback });
  const labels = new Map(events.flatMap((type) => Object.entries(type.property_labels ?? {})));
  const operator = (op: string, numeric: boolean) => {
    const sign = numeric ? SIGNS[op] : undefined;
    return sign ?? own(`ops.${op}`, labelOf(conditions?.operators?.[op]?.labels, lang) || op);
  };
  return {
    lang,
    t,
    operator,
    condition: (key) => pick(conditions?.results.find((info) => info.key === key)?.labels, lang) || key,
    info: (key) => conditions?.results.find((info) => info.key === key),
    attribute: (key) => pick(attributes.find((item) => item.key === key)?.label, lang) || key,
    event: (name) => pick(events.find((item) => item.name === name)?.label, lang) || name || t("event.pick"),
    property: (name) => pick(labels.get(name), lang) || own(`properties.${name.replaceAll(".", "_")}`, name),
    audience: (id) => audiences.find((item) => item.id === id)?.name ?? id,
    measure: (key) => own(`measures.${key}`, labelOf(conditions?.measures?.[key], lang) || key),
  };
}

export function useWords(lang: string): { words: Words; catalogue: RuleCatalogue } {
  const catalogue = useRuleCatalogue();
  const { t, i18n } = useTranslation("rule");
  const words = useMemo(
    () => makeWords(catalogue, lang, (key, params) => String(t(key, params ?? {}))),
    // i18n.language: the translation function keeps its identity when the language changes
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [catalogue, lang, t, i18n.language],
  );
  return { words, catalogue };
}
