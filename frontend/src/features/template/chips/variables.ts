/** What a template may say of a customer, what happened, and what they were given: by group, with names. */
import { useTranslation } from "react-i18next";
import { useCatalogue } from "@/shared/api/queries";
import type { EventType } from "@/shared/api/eventTypes";
import type { AttributeDefinition, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";

export interface Variable {
  /** One of its own even where two events share a property. */
  key: string;
  label: string;
  path: string;
}

export interface VariableGroup {
  label: string;
  items: Variable[];
}

const NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

function eventGroup(event: EventType, lang: string): VariableGroup {
  const name = pick(event.label, lang) || event.name;
  const items = Object.keys(event.properties)
    .filter((key) => NAME.test(key))
    .map((key) => ({
      key: `${event.name}/${key}`,
      label: `${name} · ${pick(event.property_labels?.[key], lang) || key}`,
      path: `event.properties.${key}`,
    }));
  return { label: name, items };
}

export function useVariableGroups(lang: string): VariableGroup[] {
  const { t } = useTranslation("template");
  const attributes = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500").data?.results ?? [];
  const events = useCatalogue<Page<EventType>>("event-types").data?.results ?? [];
  const one = (path: string, label: string) => ({ key: path, path, label });
  return [
    {
      label: t("chips.customer"),
      items: [
        ...attributes
          .filter((item) => NAME.test(item.key))
          .map((item) => one(`customer.attributes.${item.key}`, pick(item.label, lang) || item.key)),
        one("customer.external_id", t("chips.externalId")),
      ],
    },
    {
      label: t("chips.rewardAndLinks"),
      items: [
        one("reward.code", t("chips.rewardCode")),
        one("reward.name", t("chips.rewardName")),
        one("unsubscribe_url", t("chips.unsubscribe")),
      ],
    },
    ...events.map((event) => eventGroup(event, lang)).filter((group) => group.items.length > 0),
  ];
}
