import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useFilters, useSettled } from "./filters";

/** The search field of a list; its text is the URL's `search`. */
export function SearchBox({ placeholder }: { placeholder: string }) {
  const [filters, change] = useFilters();
  const [draft, setDraft] = useSettled(filters.search ?? "", (search) => change({ search }));
  return (
    <Input
      allowClear
      prefix={<SearchOutlined aria-hidden="true" />}
      placeholder={placeholder}
      aria-label={placeholder}
      value={draft}
      style={{ maxWidth: 280 }}
      onChange={(event) => setDraft(event.target.value)}
    />
  );
}
