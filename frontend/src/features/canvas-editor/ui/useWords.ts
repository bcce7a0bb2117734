/** Names behind ids, for the summaries on cards. Reads lists that the pickers use as well. */
import { useMemo } from "react";
import { useCatalogue, useList } from "@/shared/api/queries";
import type {
  AttributeDefinition,
  Audience,
  ChannelAccount,
  EventType,
  Page,
  RewardPackage,
  Tag,
  Template,
} from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { useWords as useRuleWords } from "@/shared/rule/catalogue";
import { summaryOf } from "@/shared/rule/model/sentence";
import type { Rule } from "@/shared/rule/types";
import type { Lang } from "../model/catalogue";
import type { Words } from "../model/summary";

const ALL = { page_size: 1000 };

export function useWords(lang: Lang): Words {
  const audiences = useList<Audience>("audiences", ALL).data;
  const templates = useList<Template>("templates", ALL).data;
  const packages = useList<RewardPackage>("reward-packages", ALL).data;
  const accounts = useList<ChannelAccount>("channel-accounts", ALL).data;
  const tags = useList<Tag>("tags", ALL).data;
  const events = useCatalogue<Page<EventType>>("event-types").data;
  const attributes = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500").data;
  const ruleWords = useRuleWords(lang).words;
  return useMemo(() => {
    const named = (page: Page<{ id: string; name: string }> | undefined) =>
      new Map(page?.results.map((item) => [String(item.id), item.name]));
    const labels = new Map<string, Map<string, string>>([
      ["audience-picker", named(audiences)],
      ["template-picker", named(templates)],
      ["package-picker", named(packages)],
      ["account-picker", named(accounts)],
      ["tag-picker", named(tags)],
      [
        "event-picker",
        new Map(events?.results.map((item) => [item.name, pick(item.label, lang) || item.name])),
      ],
      [
        "attribute-picker",
        new Map(attributes?.results.map((item) => [item.key, pick(item.label, lang) || item.key])),
      ],
    ]);
    return {
      lang,
      nameOf: (widget, id) => labels.get(widget)?.get(id),
      rule: (rule) => summaryOf(rule as Rule, ruleWords),
    };
  }, [ruleWords, audiences, templates, packages, accounts, tags, events, attributes, lang]);
}
