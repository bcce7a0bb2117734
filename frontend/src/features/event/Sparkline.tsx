/** Counts by day as small bars; the numbers are in its label for those who cannot see it. */
import styles from "./event.module.css";

const HEIGHT = 28;
const STEP = 4;

export function Sparkline({ counts, label }: { counts: number[]; label: string }) {
  const most = Math.max(1, ...counts);
  const height = (count: number) => (count === 0 ? 1 : Math.max(2, (count / most) * HEIGHT));
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${counts.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {counts.map((count, day) => (
        <rect
          key={`${day}`}
          x={day * STEP}
          y={HEIGHT - height(count)}
          width={STEP - 1}
          height={height(count)}
          fill={count === 0 ? "var(--c-line-strong)" : "var(--c-primary)"}
        />
      ))}
    </svg>
  );
}
