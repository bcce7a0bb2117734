/** react-query set-up and the small hooks that every page uses. Problems stay values of type Problem. */
import { QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, fetched, ProblemError } from "./client";
import { keys } from "./keys";
import type { Problem } from "./problem";
import type { Page, Session } from "./types";

function worthRetry(failures: number, error: unknown): boolean {
  const status = error instanceof ProblemError ? error.problem.status : 0;
  return failures < 2 && (status === 0 || status >= 502);
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: worthRetry, refetchOnWindowFocus: false } },
});

export function problemOf(error: unknown): Problem | undefined {
  return error instanceof ProblemError ? error.problem : undefined;
}

type Query = Record<string, string | number | boolean | null | undefined>;

export function useList<T>(resource: string, query: Query = {}, enabled = true) {
  return useQuery({
    queryKey: keys.list(resource, query),
    queryFn: ({ signal }) => fetched(api.get<Page<T>>(`/${resource}`, { query, signal })),
    enabled,
  });
}

/** `next` is a whole URL: only its query is asked again, so it works behind any host name. */
export function queryOf(next: string): Record<string, string> {
  return Object.fromEntries(new URL(next, window.location.origin).searchParams);
}

/** A list that grows: all pages read so far, and a function for the next one. */
export function usePages<T>(
  resource: string,
  query: Query = {},
  options: { enabled?: boolean; every?: number } = {},
) {
  const pages = useInfiniteQuery({
    queryKey: [...keys.list(resource, query), "pages"],
    queryFn: ({ signal, pageParam }) =>
      fetched(api.get<Page<T>>(`/${resource}`, { query: { ...query, ...pageParam }, signal })),
    initialPageParam: {} as Record<string, string>,
    getNextPageParam: (last) => (last.next ? queryOf(last.next) : undefined),
    enabled: options.enabled ?? true,
    refetchInterval: options.every,
  });
  return { ...pages, items: pages.data?.pages.flatMap((page) => page.results) };
}

export function useOne<T>(resource: string, id: string | null | undefined) {
  return useQuery({
    queryKey: keys.one(resource, id ?? ""),
    queryFn: ({ signal }) => fetched(api.get<T>(`/${resource}/${id}`, { signal })),
    enabled: !!id,
  });
}

/** Catalogues change only with a release or a definition: kept for five minutes. */
export function useCatalogue<T>(path: string, enabled = true) {
  return useQuery({
    queryKey: keys.catalogue(path),
    queryFn: ({ signal }) => fetched(api.get<T>(`/${path}`, { signal })),
    staleTime: 300_000,
    enabled,
  });
}

export const sessionQuery = {
  queryKey: keys.session,
  queryFn: () => fetched(api.get<Session>("/session")),
  staleTime: 60_000,
};

export function useSession() {
  return useQuery(sessionQuery);
}
