/** When what happened to one message. */
import { useTranslation } from "react-i18next";
import type { Message } from "@/shared/api/types";
import { dateTime } from "@/shared/lib/format";
import styles from "./message.module.css";

const MOMENTS = ["created_at", "sent_at", "delivered_at", "opened_at", "clicked_at"] as const;

export function Facts({ message }: { message: Message }) {
  const { t, i18n } = useTranslation("messages");
  return (
    <dl className={styles.facts}>
      {MOMENTS.filter((key) => message[key]).map((key) => (
        <div key={key}>
          <dt>{t(`moments.${key}`)}</dt>
          <dd>{dateTime(message[key], i18n.language)}</dd>
        </div>
      ))}
      {message.attempts > 1 ? (
        <div>
          <dt>{t("attempts")}</dt>
          <dd>{message.attempts}</dd>
        </div>
      ) : null}
      {message.provider_id ? (
        <div>
          <dt>{t("providerId")}</dt>
          <dd>{message.provider_id}</dd>
        </div>
      ) : null}
    </dl>
  );
}
