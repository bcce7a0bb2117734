/** What the event pages ask for. */
import { useQuery } from "@tanstack/react-query";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useCatalogue } from "@/shared/api/queries";
import type { EventStats, EventType, EventTypeDetail, Page } from "@/shared/api/types";

export const STATS = keys.catalogue("events/stats");
export const TYPES = keys.catalogue("event-types");
export const typeKey = (name: string) => keys.one("event-types", name);
export const pathOf = (name: string) => `/event-types/${encodeURIComponent(name)}`;

export const useEventTypes = () => useCatalogue<Page<EventType>>("event-types");

export function useEventStats() {
  return useQuery({
    queryKey: STATS,
    queryFn: ({ signal }) => fetched(api.get<EventStats>("/events/stats", { signal })),
  });
}

export function useEventType(name: string) {
  return useQuery({
    queryKey: typeKey(name),
    queryFn: ({ signal }) => fetched(api.get<EventTypeDetail>(pathOf(name), { signal })),
  });
}
