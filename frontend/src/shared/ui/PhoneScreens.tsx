/** How each channel looks on a phone: chat bubbles, WeChat's cards, a lock screen, a mail, a call. Texts only. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./phone.module.css";

export type Content = Record<string, unknown>;

export const str = (value: unknown): string => (typeof value === "string" ? value : "");

const part = (content: Content, name: string): Content =>
  typeof content[name] === "object" && content[name] !== null ? (content[name] as Content) : {};

/** A signature stands in front of a Chinese SMS; it is not repeated when the text carries it already. */
export function smsText(content: Content): string {
  const text = str(content.text) || str(content.body) || str(content.content);
  const sign = str(content.sign).replace(/^【|】$/g, "");
  return sign && !text.startsWith("【") ? `【${sign}】${text}` : text;
}

function Bubble({ children }: { children: ReactNode }) {
  return <div className={styles.bubble}>{children}</div>;
}

function Sms({ content }: { content: Content }) {
  return <Bubble>{smsText(content)}</Bubble>;
}

/** Text, or the kind of what is sent instead. */
function Chat({ content }: { content: Content }) {
  const kind = str(content.msgtype) || "text";
  const card = part(content, "textcard");
  if (kind === "textcard") return <TextCard card={card} />;
  const words = str(part(content, kind).content) || str(part(content, "text").content) || str(content.text);
  return (
    <div className={styles.chat}>
      <span className={styles.face} aria-hidden />
      <Bubble>{words || `[${kind}] ${str(part(content, kind).media_id)}`}</Bubble>
    </div>
  );
}

function TextCard({ card }: { card: Content }) {
  const { t } = useTranslation("template");
  return (
    <div className={styles.note}>
      <p className={styles.noteTitle}>{str(card.title)}</p>
      <p className={styles.plain}>{str(card.description)}</p>
      <p className={styles.more}>{t("screen.detail")} ›</p>
    </div>
  );
}

const PLAIN_KEYS = new Set(["first", "remark"]);

function valueText(value: unknown): string {
  if (typeof value === "object" && value !== null && "value" in value) return String(value.value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A template of WeChat's: its data by key, since only the platform knows their names. */
function WeChatCard({ content, title }: { content: Content; title: string }) {
  const { t } = useTranslation("template");
  const data = Object.entries(part(content, "data"));
  const leads = Boolean(content.url || content.page || content.miniprogram);
  return (
    <div className={styles.note}>
      <p className={styles.noteTitle}>{title}</p>
      <dl className={styles.fields}>
        {data.map(([key, value]) => (
          <div key={key}>
            <dt>{PLAIN_KEYS.has(key) ? "" : key}</dt>
            <dd>{valueText(value)}</dd>
          </div>
        ))}
      </dl>
      {leads ? <p className={styles.more}>{t("screen.detail")} ›</p> : null}
    </div>
  );
}

function LockScreen({ content }: { content: Content }) {
  const { t } = useTranslation("template");
  return (
    <div className={styles.lock}>
      <p className={styles.clock} aria-hidden>
        9:41
      </p>
      <div className={styles.push}>
        <p className={styles.pushHead}>
          <span>{t("screen.app")}</span>
          <span>{t("screen.now")}</span>
        </p>
        <p className={styles.noteTitle}>{str(content.title)}</p>
        <p className={styles.plain}>{str(content.body)}</p>
      </div>
    </div>
  );
}

function Call({ content }: { content: Content }) {
  const { t } = useTranslation("template");
  return (
    <div className={styles.note}>
      <p className={styles.noteTitle}>☎ {t("screen.call")}</p>
      <p className={styles.plain}>{str(content.text) || str(content.tts_code)}</p>
    </div>
  );
}

function Email({ content }: { content: Content }) {
  const html = str(content.html);
  return (
    <div className={styles.mail}>
      <div className={styles.subject}>
        <p>{str(content.subject)}</p>
        <p className={styles.inbox}>{str(content.preheader) || str(content.text).slice(0, 60)}</p>
      </div>
      {html ? (
        // No permission at all: no scripts, no forms, no same origin.
        <iframe sandbox="" title={str(content.subject)} srcDoc={html} className={styles.html} />
      ) : (
        <p className={styles.plain}>{str(content.text)}</p>
      )}
    </div>
  );
}

/** The screen of a channel in DRAWN. */
export function ScreenOf({ channel, content }: { channel: string; content: Content }) {
  const { t } = useTranslation("template");
  if (channel === "sms") return <Sms content={content} />;
  if (channel === "email") return <Email content={content} />;
  if (channel === "push") return <LockScreen content={content} />;
  if (channel === "call") return <Call content={content} />;
  if (channel === "wechat_template") return <WeChatCard content={content} title={t("screen.service")} />;
  if (channel === "miniprogram") return <WeChatCard content={content} title={t("screen.subscribe")} />;
  if (["wechat_service", "wechat_mass", "wecom_app", "wecom_customer"].includes(channel))
    return <Chat content={content} />;
  return null;
}

export const DRAWN = new Set([
  "sms",
  "email",
  "push",
  "call",
  "wechat_template",
  "miniprogram",
  "wechat_service",
  "wechat_mass",
  "wecom_app",
  "wecom_customer",
]);
