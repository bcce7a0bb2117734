/** Purchases a person in the weeks held back: foretold and real, by how many were made before. */
import { useTranslation } from "react-i18next";
import type { Foretold } from "./api";
import styles from "./tag.module.css";

const WIDTH = 420;
const HEIGHT = 200;
const PAD = 28;

export function ModelChart({ weeks, rows }: { weeks: number; rows: Foretold[] }) {
  const { t } = useTranslation("tags");
  const top = Math.max(0.1, ...rows.flatMap((row) => [row.predicted, row.actual]));
  const step = (WIDTH - 2 * PAD) / Math.max(1, rows.length - 1);
  const points = (key: "predicted" | "actual") =>
    rows
      .map(
        (row, i) =>
          `${(PAD + i * step).toFixed(1)},${(HEIGHT - PAD - (row[key] / top) * (HEIGHT - 2 * PAD)).toFixed(1)}`,
      )
      .join(" ");
  const label = t("overview.tested", { weeks });
  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <title>{rows.map((row) => `${row.purchases}: ${row.predicted} / ${row.actual}`).join("; ")}</title>
        <polyline points={points("actual")} fill="none" stroke="var(--c-ink)" strokeWidth="2" />
        <polyline
          points={points("predicted")}
          fill="none"
          stroke="var(--c-primary)"
          strokeWidth="2"
          strokeDasharray="6 4"
        />
        {rows.map((row, i) => (
          <text
            key={row.purchases}
            x={PAD + i * step}
            y={HEIGHT - 8}
            textAnchor="middle"
            className={styles.tick}
          >
            {row.purchases}
            {i === rows.length - 1 ? "+" : ""}
          </text>
        ))}
        <text x={4} y={PAD - 10} className={styles.tick}>
          {top.toFixed(1)}
        </text>
      </svg>
      <figcaption className={styles.note}>{label}</figcaption>
    </figure>
  );
}
