/** A state as a dot and a word. The tone is the meaning, never the only sign of it. */
import styles from "./ui.module.css";

export type Tone = "quiet" | "good" | "warn" | "bad" | "info";

export function Status({ tone, children, pulse }: { tone: Tone; children: string; pulse?: boolean }) {
  return (
    <span className={`${styles.status} ${styles[`tone_${tone}`]}`}>
      <span className={`${styles.dot} ${pulse ? styles.pulse : ""}`} aria-hidden="true" />
      {children}
    </span>
  );
}

export function Chip({ children, family }: { children: string; family?: string }) {
  const style = family
    ? { background: `var(--c-f-${family}-soft)`, color: `var(--c-f-${family})`, borderColor: "transparent" }
    : undefined;
  return (
    <span className={styles.chip} style={style}>
      {children}
    </span>
  );
}

export function Figure({ label, value, hint }: { label: string; value: string; hint?: string }) {
  return (
    <div className={styles.figure}>
      <span className={styles.figureLabel}>{label}</span>
      <span className={styles.figureValue} title={hint}>
        {value}
      </span>
    </div>
  );
}
