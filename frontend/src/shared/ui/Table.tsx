/** A plain table that turns into cards on a phone: every cell knows the name of its column. */
import type { ReactNode } from "react";
import styles from "./ui.module.css";

export interface Column<T> {
  key: string;
  title: string;
  render: (item: T) => ReactNode;
  align?: "end";
  /** The column that names the row; on a phone it is the card's title. */
  main?: boolean;
}

interface Props<T> {
  columns: Column<T>[];
  items: T[];
  rowKey: (item: T) => string;
  label: string;
  onOpen?: (item: T) => void;
}

export function Table<T>({ columns, items, rowKey, label, onOpen }: Props<T>) {
  return (
    <div className={styles.tableBox}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.align === "end" ? styles.end : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr
              key={rowKey(item)}
              className={onOpen ? styles.openable : undefined}
              // The row is a convenience for the mouse: the link or button inside it is the real control.
              onClick={(event) => opens(event.target) && onOpen?.(item)}
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-label={column.title}
                  className={`${column.align === "end" ? styles.end : ""} ${column.main ? styles.main : ""}`}
                >
                  <div className={styles.cell}>{column.render(item)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function opens(target: EventTarget): boolean {
  return (
    target instanceof Element &&
    !target.closest("a, button, input, [role=menu], [role=menuitem], .ant-popover")
  );
}
