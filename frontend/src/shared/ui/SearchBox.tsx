/** The search field of a list; its text is the URL's `search`. A plain input: list pages stay light. */
import { SearchOutlined } from "@ant-design/icons";
import { useFilters, useSettled } from "./filters";
import styles from "./ui.module.css";

export function SearchBox({ placeholder }: { placeholder: string }) {
  const [filters, change] = useFilters();
  const [draft, setDraft] = useSettled(filters.search ?? "", (search) => change({ search }));
  return (
    <div className={styles.search}>
      <SearchOutlined aria-hidden="true" />
      <input
        type="search"
        placeholder={placeholder}
        aria-label={placeholder}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
    </div>
  );
}
