/** Frame of a page: title, what it is for, actions, content. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./ui.module.css";

interface Props {
  title: ReactNode;
  intro?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; label: string };
  children: ReactNode;
}

export function PageFrame({ title, intro, actions, back, children }: Props) {
  return (
    <main className={styles.page}>
      <header className={styles.pageHead}>
        <div className={styles.pageTitle}>
          {back ? (
            <Link to={back.to as never} className={styles.back}>
              ← {back.label}
            </Link>
          ) : null}
          <h1>{title}</h1>
          {intro ? <p className={styles.intro}>{intro}</p> : null}
        </div>
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      {children}
    </main>
  );
}

export function Panel({
  title,
  extra,
  children,
}: {
  title?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel}>
      {title ? (
        <div className={styles.panelHead}>
          <h2>{title}</h2>
          {extra}
        </div>
      ) : null}
      {children}
    </section>
  );
}
