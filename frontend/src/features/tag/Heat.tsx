/** Recency × frequency: how many customers in each of the 25 fields; deeper is more. A table, so that it can be read aloud. */
import { useTranslation } from "react-i18next";
import { count } from "@/shared/lib/format";
import type { Cell } from "./api";
import styles from "./tag.module.css";

const SCORES = [1, 2, 3, 4, 5];

export function Heat({ cells, onPick }: { cells: Cell[]; onPick: (cell: Cell) => void }) {
  const { t, i18n } = useTranslation("tags");
  const most = Math.max(1, ...cells.map((cell) => cell.customers));
  const at = (r: number, f: number) => cells.find((cell) => cell.recency === r && cell.frequency === f);
  return (
    <table className={styles.heat}>
      <caption className={styles.note}>{t("overview.axes")}</caption>
      <thead>
        <tr>
          <td />
          {SCORES.map((r) => (
            <th key={r} scope="col">
              R{r}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...SCORES].reverse().map((f) => (
          <tr key={f}>
            <th scope="row">F{f}</th>
            {SCORES.map((r) => {
              const cell = at(r, f);
              const depth = cell ? 0.12 + 0.6 * Math.sqrt(cell.customers / most) : 0;
              return (
                <td key={r}>
                  {cell ? (
                    <button
                      type="button"
                      className={styles.cell}
                      style={{
                        background: `color-mix(in srgb, var(--c-primary) ${depth * 100}%, transparent)`,
                      }}
                      title={t("overview.cellTitle", {
                        n: count(cell.customers, i18n.language),
                        m: cell.monetary,
                      })}
                      onClick={() => onPick(cell)}
                    >
                      {count(cell.customers, i18n.language)}
                    </button>
                  ) : (
                    <span className={styles.cell}>–</span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
