/** When an audience is computed by itself: never, every hour, or every day at a time. Saves at once. */
import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Audience, AudienceSchedule } from "@/shared/api/types";
import { useAct } from "@/shared/ui/useAct";
import styles from "./audience.module.css";

const EARLY = "04:00";

export function ScheduleSelect({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const { act, busy } = useAct();
  const { schedule } = audience;
  const save = (next: AudienceSchedule | null) =>
    act(() => api.patch(`/audiences/${audience.id}`, { schedule: next }), {
      stale: [keys.resource("audiences")],
      done: t("common:saved"),
    });
  const choose = (every: string) =>
    void save(every === "day" ? { every, at: EARLY } : every === "hour" ? { every } : null);
  return (
    <span className={styles.row}>
      <span className={styles.hint}>{t("schedule.label")}</span>
      <Select
        aria-label={t("schedule.label")}
        style={{ minWidth: 128 }}
        loading={busy}
        value={schedule?.every ?? "off"}
        options={["off", "hour", "day"].map((value) => ({ value, label: t(`schedule.${value}`) }))}
        onChange={choose}
      />
      {schedule?.every === "day" ? (
        <Input
          key={schedule.at}
          type="time"
          aria-label={t("schedule.at")}
          style={{ width: 112 }}
          defaultValue={schedule.at}
          onBlur={(event) => {
            const at = event.target.value;
            if (at && at !== schedule.at) void save({ every: "day", at });
          }}
        />
      ) : null}
    </span>
  );
}
