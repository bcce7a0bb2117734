/** A plain search input with its glass: pages that show one before anything else stay light. */
import { SearchOutlined } from "@ant-design/icons";
import styles from "./ui.module.css";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

export function SearchField({ label, value, onChange }: Props) {
  return (
    <div className={styles.search}>
      <SearchOutlined aria-hidden="true" />
      <input
        type="search"
        placeholder={label}
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
