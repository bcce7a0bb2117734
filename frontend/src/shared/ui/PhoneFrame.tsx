/** A message the way a phone (or a mail program) would show it. Texts only: HTML goes into a sandboxed frame. */
import { useTranslation } from "react-i18next";
import { DRAWN, ScreenOf, str } from "./PhoneScreens";
import styles from "./phone.module.css";

interface Props {
  channel: string;
  content: Record<string, unknown>;
  /** Who it is for, masked. */
  to?: string | null;
  empty?: string;
}

const NAMED = new Set(["title", "subject", "text", "body", "content", "description"]);

function isEmpty(value: unknown): boolean {
  if (value === "" || value === null || value === undefined) return true;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

/** Parts of a structured message, one level of nesting taken apart: data.thing1 → thing1. */
function rows(content: Record<string, unknown>): [string, unknown][] {
  return Object.entries(content)
    .filter(([, value]) => !isEmpty(value))
    .flatMap(([key, value]): [string, unknown][] =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : [[key, value]],
    );
}

function Card({ content }: { content: Record<string, unknown> }) {
  const title = str(content.title) || str(content.subject);
  const text = str(content.text) || str(content.body) || str(content.content) || str(content.description);
  const rest = rows(content).filter(([key]) => !NAMED.has(key));
  return (
    <div className={styles.note}>
      {title ? <p className={styles.noteTitle}>{title}</p> : null}
      {text ? <p className={styles.plain}>{text}</p> : null}
      {rest.length > 0 ? (
        <dl className={styles.fields}>
          {rest.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{fieldText(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </div>
  );
}

function fieldText(value: unknown): string {
  if (typeof value === "object" && value !== null && "value" in value) return String(value.value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Screen({ channel, content }: Props) {
  return DRAWN.has(channel) ? <ScreenOf channel={channel} content={content} /> : <Card content={content} />;
}

export function PhoneFrame(props: Props) {
  const { t } = useTranslation("template");
  const { channel, content, to, empty } = props;
  const blank = isEmpty(content);
  return (
    <div className={styles.phone} aria-label={t("phone")} role="group" data-channel={channel}>
      <div className={styles.bar}>
        <span className={styles.camera} />
      </div>
      <div className={styles.head}>
        <strong>{t(`channels.${channel}`, { defaultValue: channel })}</strong>
        {to ? <span>{to}</span> : null}
      </div>
      <div className={styles.screen}>
        {blank ? <p className={styles.blank}>{empty ?? t("nothing")}</p> : <Screen {...props} />}
      </div>
    </div>
  );
}
