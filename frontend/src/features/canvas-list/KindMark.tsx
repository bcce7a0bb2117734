/** The sign of a canvas kind: a clock for scheduled, a spark for triggered. */
import { ClockCircleOutlined, ThunderboltOutlined } from "@ant-design/icons";
import type { CanvasKind } from "@/shared/api/types";
import styles from "./canvasList.module.css";

export function KindMark({ kind, big }: { kind: CanvasKind; big?: boolean }) {
  const scheduled = kind === "scheduled";
  return (
    <span
      className={`${styles.mark} ${big ? styles.markBig : ""} ${scheduled ? styles.markScheduled : styles.markTriggered}`}
      aria-hidden="true"
    >
      {scheduled ? <ClockCircleOutlined aria-hidden /> : <ThunderboltOutlined aria-hidden />}
    </span>
  );
}
