/** The search field of a list; its text is the URL's `search`. */
import { useFilters, useSettled } from "./filters";
import { SearchField } from "./SearchField";

export function SearchBox({ placeholder }: { placeholder: string }) {
  const [filters, change] = useFilters();
  const [draft, setDraft] = useSettled(filters.search ?? "", (search) => change({ search }));
  return <SearchField label={placeholder} value={draft} onChange={setDraft} />;
}
