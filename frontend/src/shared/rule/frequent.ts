/** What a property of an event often says, among the newest events. */
import { useCatalogue } from "@/shared/api/queries";

/** Nothing while it is not known of which property. */
export function useFrequent(
  event: string | undefined,
  property: string | undefined,
  wanted = true,
): string[] {
  const asked = wanted && !!event && !!property;
  const path = `event-types/${encodeURIComponent(event ?? "")}/values?property=${encodeURIComponent(property ?? "")}`;
  const found = useCatalogue<{ values: { value: unknown }[] }>(path, asked).data;
  return asked ? (found?.values ?? []).map((row) => String(row.value)) : [];
}
