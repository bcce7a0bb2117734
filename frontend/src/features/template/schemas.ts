/** The content schema of each channel, whichever way the catalogue lists them. */
import { useCatalogue } from "@/shared/api/queries";
import { type Label, pick } from "@/shared/i18n/setup";
import type { JsonSchema } from "@/shared/form/schema";

interface SchemaEntry {
  channel: string;
  labels?: Label;
  schema: JsonSchema;
}

type Answer = { results: SchemaEntry[] } | SchemaEntry[] | Record<string, JsonSchema>;

export function readSchemas(answer: Answer | undefined): SchemaEntry[] {
  if (!answer) return [];
  if (Array.isArray(answer)) return answer;
  if (Array.isArray((answer as { results?: unknown }).results))
    return (answer as { results: SchemaEntry[] }).results;
  return Object.entries(answer as Record<string, JsonSchema>).map(([channel, schema]) => ({
    channel,
    schema,
  }));
}

export function useSchemas(lang: string) {
  const answer = useCatalogue<Answer>("template-schemas");
  const entries = readSchemas(answer.data);
  return {
    entries,
    pending: answer.isPending,
    error: answer.error,
    label: (channel: string) => pick(entries.find((entry) => entry.channel === channel)?.labels, lang),
    of: (channel: string) => entries.find((entry) => entry.channel === channel)?.schema,
  };
}
