/** The next times a scheduled canvas will run, as the server reckons them from what is saved. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { readOccurrences } from "../../api";
import { useSaveStatus } from "../../save/useAutosave";
import { useSurroundings } from "../../store/editor";
import styles from "../panel.module.css";
import { useServices } from "../services";

export function NextTimes() {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { canvas, autosave, timezone } = useServices();
  const { state } = useSaveStatus(autosave);
  const revision = autosave.getRevision();
  const next = useQuery({
    queryKey: keys.part("canvases", canvas.id, "occurrences", { revision }),
    queryFn: () => fetched(readOccurrences(canvas.id)),
    enabled: state === "saved",
    placeholderData: (before) => before,
  });
  const times = next.data?.results ?? [];
  const words = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en", {
    month: "long",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: timezone,
  });
  if (!next.data) return null;
  return (
    <ul className={styles.next}>
      <li>{t(times.length ? "schedule.next" : "schedule.noNext", { zone: timezone })}</li>
      {times.map((time) => (
        <li key={time}>
          <b>{words.format(new Date(time))}</b>
        </li>
      ))}
    </ul>
  );
}
