/** Where something could not be shown: what, why, and what to do now. Kept free of pictures: it is in the first load. */
import { WarningFilled } from "@ant-design/icons";
import type { ReactNode } from "react";
import styles from "./frame.module.css";

interface Props {
  title: string;
  why?: string;
  children: ReactNode;
}

export function Stopped({ title, why, children }: Props) {
  return (
    <div className={styles.stopped} role="alert">
      <WarningFilled className={styles.stoppedMark} aria-hidden />
      <p className={styles.stoppedTitle}>{title}</p>
      {why ? <p className={styles.stoppedWhy}>{why}</p> : null}
      <div className={styles.stoppedActions}>{children}</div>
    </div>
  );
}
