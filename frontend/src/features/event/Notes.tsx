/** What somebody should know about an event: late, repeated and refused ones, properties whose type changed. */
import { useTranslation } from "react-i18next";
import type { EventStats } from "@/shared/api/types";
import { compact } from "@/shared/lib/format";
import { Chip } from "@/shared/ui/Status";
import styles from "./event.module.css";

type Row = EventStats["results"][number];

interface Props {
  stats: Row | undefined;
  odd?: string[];
  hidden?: boolean;
}

export function Notes({ stats, odd = [], hidden }: Props) {
  const { t, i18n } = useTranslation("events");
  const counted = (["late", "duplicates", "ahead"] as const).filter((key) => (stats?.[key] ?? 0) > 0);
  return (
    <span className={styles.notes}>
      {hidden ? <Chip>{t("hidden")}</Chip> : null}
      {counted.map((key) => (
        <span key={key} title={t(`${key}Help`)}>
          <Chip>{t(key, { n: compact(stats?.[key], i18n.language) })}</Chip>
        </span>
      ))}
      {odd.length ? <Chip>{t("odd", { names: odd.join("、") })}</Chip> : null}
    </span>
  );
}
