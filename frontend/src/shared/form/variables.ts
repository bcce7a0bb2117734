/** The variables that a Liquid text may use, as chips: what to insert and what to call it. */
import { useTranslation } from "react-i18next";
import { useCatalogue } from "@/shared/api/queries";
import type { AttributeDefinition, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";

export interface Variable {
  label: string;
  insert: string;
}

export function useVariables(lang: string): Variable[] {
  const { t } = useTranslation("form");
  const list = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500");
  const attributes = (list.data?.results ?? []).map((item) => ({
    label: pick(item.label, lang) || item.key,
    insert: `{{ customer.attributes.${item.key} }}`,
  }));
  return [
    ...attributes,
    { label: t("variables.rewardCode"), insert: "{{ reward.code }}" },
    { label: t("variables.rewardName"), insert: "{{ reward.name }}" },
    { label: t("variables.eventProperty"), insert: "{{ event.properties. }}" },
    { label: t("variables.unsubscribe"), insert: "{{ unsubscribe_url }}" },
  ];
}
