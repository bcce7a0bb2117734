/** How the size went, as one small line; the numbers are in its title for those who cannot see it. */
import styles from "./audience.module.css";

interface Point {
  at: string;
  size: number;
}

const WIDTH = 240;
const HEIGHT = 48;

export function linePath(points: Point[]): string {
  const ordered = [...points].sort((a, b) => a.at.localeCompare(b.at));
  const sizes = ordered.map((point) => point.size);
  const low = Math.min(...sizes);
  const span = Math.max(...sizes) - low || 1;
  const step = WIDTH / Math.max(1, ordered.length - 1);
  return ordered
    .map((point, index) => {
      const y = HEIGHT - 4 - ((point.size - low) / span) * (HEIGHT - 8);
      return `${index ? "L" : "M"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join(" ");
}

export function SizeHistory({ points, label }: { points: Point[]; label: string }) {
  return (
    <figure className={styles.history}>
      <figcaption>{label}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
        <title>{points.map((point) => point.size).join(" → ")}</title>
        <path
          d={linePath(points)}
          fill="none"
          stroke="var(--c-primary)"
          strokeWidth="2"
          strokeLinejoin="round"
        />
      </svg>
    </figure>
  );
}
