/** How long events are kept: for ever, or so many months. Shortening it deletes, so it is asked about first. */
import { Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import type { EventStats } from "@/shared/api/types";
import { dateOnly } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import { STATS } from "./api";
import styles from "./event.module.css";

const CHOICES = [0, 3, 6, 12, 24, 36, 60];

export function Retention({ stats }: { stats: EventStats }) {
  const { t, i18n } = useTranslation("events");
  const { act, busy } = useAct();
  const [asked, setAsked] = useState<number | null>(null);
  const now = stats.events_months ?? 0;
  const text = (months: number) => (months ? t("retention.months", { n: months }) : t("retention.forever"));
  const save = async (months: number) => {
    setAsked(null);
    const body = { events_months: months || null };
    await act(() => api.patch("/settings", body), { done: t("saved"), stale: [STATS] });
  };
  const choose = (months: number) => {
    const shorter = months !== 0 && (now === 0 || months < now);
    if (shorter) setAsked(months);
    else void save(months);
  };
  const offered = [...new Set([...CHOICES, now])].sort((a, b) => a - b);
  return (
    <Panel title={t("retention.title")}>
      <div className={styles.retention}>
        <Select
          aria-label={t("retention.title")}
          style={{ minWidth: 160 }}
          value={now}
          loading={busy}
          options={offered.map((months) => ({ value: months, label: text(months) }))}
          onChange={choose}
        />
        <span className={styles.hint}>
          {stats.kept_from
            ? t("retention.from", { day: dateOnly(stats.kept_from, i18n.language) })
            : t("retention.all")}
        </span>
      </div>
      <p className={styles.hint}>{t("retention.text")}</p>
      <Modal
        open={asked !== null}
        title={t("retention.confirm", { choice: text(asked ?? 0) })}
        okButtonProps={{ danger: true }}
        onOk={() => void save(asked ?? 0)}
        onCancel={() => setAsked(null)}
      >
        {t("retention.confirmText")}
      </Modal>
    </Panel>
  );
}
