/** The states of a growing list: reading, failed, empty, here, more. The rows themselves are the caller's. */
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "./Problem";
import styles from "./ui.module.css";

interface Pages<T> {
  items: T[] | undefined;
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface Props<T> {
  pages: Pages<T>;
  empty: ReactNode;
  children: (items: T[]) => ReactNode;
  skeleton?: "cards" | "rows";
}

export function ListStates<T>({ pages, empty, children, skeleton = "rows" }: Props<T>) {
  const { t } = useTranslation();
  if (pages.isPending) return <Skeleton kind={skeleton} />;
  if (pages.isError) return <ProblemNote error={pages.error} onRetry={() => pages.refetch()} />;
  const items = pages.items ?? [];
  if (items.length === 0) return <>{empty}</>;
  return (
    <>
      {children(items)}
      {pages.hasNextPage ? (
        <div className={styles.more}>
          <Button loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
            {t("actions.more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

export function Skeleton({ kind = "rows" }: { kind?: "cards" | "rows" }) {
  const { t } = useTranslation();
  return (
    <div
      className={kind === "cards" ? styles.skeletonCards : styles.skeletonRows}
      role="status"
      aria-label={t("loading")}
    >
      {Array.from({ length: 6 }, (_, index) => (
        <span key={`${index}`} />
      ))}
    </div>
  );
}

export function Empty({
  title,
  text,
  action,
  art,
}: {
  title: string;
  text?: string;
  action?: ReactNode;
  art?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      {art ?? <EmptyArt />}
      <h2>{title}</h2>
      {text ? <p>{text}</p> : null}
      {action}
    </div>
  );
}

function EmptyArt() {
  return (
    <svg width="160" height="88" viewBox="0 0 160 88" aria-hidden="true" fill="none">
      <path
        d="M44 44h24M92 44c12 0 12-22 24-22M92 44c12 0 12 22 24 22"
        stroke="var(--c-line-strong)"
        strokeWidth="2"
      />
      <rect
        x="8"
        y="30"
        width="36"
        height="28"
        rx="8"
        fill="var(--c-f-audience-soft)"
        stroke="var(--c-f-audience)"
      />
      <rect
        x="64"
        y="30"
        width="32"
        height="28"
        rx="8"
        fill="var(--c-f-abtest-soft)"
        stroke="var(--c-f-abtest)"
      />
      <rect
        x="116"
        y="8"
        width="36"
        height="28"
        rx="8"
        fill="var(--c-f-message-soft)"
        stroke="var(--c-f-message)"
      />
      <rect
        x="116"
        y="52"
        width="36"
        height="28"
        rx="8"
        fill="var(--c-f-reward-soft)"
        stroke="var(--c-f-reward)"
      />
    </svg>
  );
}
