/** List filters live in the URL, so that a list can be shared, reloaded and gone back to. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

export type Filters = Record<string, string | undefined>;

export function useFilters(): [Filters, (change: Filters) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const filters = Object.fromEntries(
    Object.entries(search).map(([key, value]) => [key, value === undefined ? undefined : String(value)]),
  );
  const change = (next: Filters) => {
    const merged = Object.fromEntries(Object.entries({ ...filters, ...next }).filter(([, value]) => value));
    void navigate({ search: merged as never, replace: true, to: "." });
  };
  return [filters, change];
}

/** A text that settles: changes are handed on after a pause, so typing does not ask the server at every key. */
export function useSettled(value: string, onSettled: (value: string) => void, delay = 300) {
  const [draft, setDraft] = useState(value);
  useEffect(() => {
    if (draft === value) return;
    const timer = setTimeout(() => onSettled(draft), delay);
    return () => clearTimeout(timer);
    // onSettled is a new function at every render; the draft alone decides
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [draft, value, delay]);
  return [draft, setDraft] as const;
}
