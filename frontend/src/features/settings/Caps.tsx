/** Frequency caps and quiet hours as rows of a sentence. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, InputNumber, Select, Switch, TimePicker } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { TenantSettings } from "@/shared/api/types";
import styles from "./settings.module.css";

type Cap = TenantSettings["caps"][number];
const USUAL_DAYS = 7;
const USUAL_HOURS = 12;
const CHANNELS = [
  "sms",
  "email",
  "wechat_template",
  "wechat_service",
  "wechat_mass",
  "miniprogram",
  "wecom_app",
  "wecom_customer",
  "push",
  "call",
  "webhook",
];

export function Caps({ value, onChange }: { value: Cap[]; onChange: (next: Cap[]) => void }) {
  const { t } = useTranslation("settings");
  const set = (index: number, patch: Partial<Cap>) =>
    onChange(value.map((cap, at) => (at === index ? { ...cap, ...patch } : cap)));
  const channels = [
    { value: "", label: t("cap.allChannels") },
    ...CHANNELS.map((channel) => ({ value: channel, label: t(`template:channels.${channel}`) })),
  ];
  return (
    <div className={styles.caps}>
      {value.map((cap, index) => (
        <div key={`${index}`} className={styles.cap}>
          <Select
            aria-label={t("cap.channel")}
            popupMatchSelectWidth={false}
            value={cap.channel ?? ""}
            options={channels}
            onChange={(channel) => set(index, { channel: channel || null })}
          />
          <Span value={cap.per} onChange={(per) => set(index, { per })} />
          <span>{t("cap.atMost")}</span>
          <InputNumber
            aria-label={t("cap.atMost")}
            min={0}
            precision={0}
            style={{ width: 136 }}
            suffix={t("cap.messages")}
            value={cap.limit}
            onChange={(limit) => set(index, { limit: limit ?? 0 })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t("cap.remove")}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => onChange([...value, { channel: null, limit: 2, per: { days: 1 } }])}
        >
          {t("cap.add")}
        </Button>
      </div>
    </div>
  );
}

/** A calendar day, a week from Monday, or any n days on end. */
function Span({ value, onChange }: { value: Cap["per"]; onChange: (next: Cap["per"]) => void }) {
  const { t } = useTranslation("settings");
  const days = value.days ?? 1;
  const kind = value.weeks ? "week" : days > 1 ? "days" : "day";
  const spans = { day: { days: 1 }, week: { weeks: 1 }, days: { days: Math.max(days, USUAL_DAYS) } };
  return (
    <>
      <Select<keyof typeof spans>
        aria-label={t("cap.window")}
        popupMatchSelectWidth={false}
        value={kind}
        options={(["day", "week", "days"] as const).map((key) => ({ value: key, label: t(`cap.${key}`) }))}
        onChange={(next) => onChange(spans[next])}
      />
      {kind === "days" ? (
        <InputNumber
          aria-label={t("cap.dayCount")}
          min={2}
          max={365}
          precision={0}
          style={{ width: 104 }}
          suffix={t("cap.dayUnit")}
          value={days}
          onChange={(next) => onChange({ days: next ?? USUAL_DAYS })}
        />
      ) : null}
    </>
  );
}

interface QuietProps {
  value: TenantSettings["quiet_hours"];
  onChange: (next: TenantSettings["quiet_hours"]) => void;
}

export function QuietHours({ value, onChange }: QuietProps) {
  const { t } = useTranslation("settings");
  const edge = (name: "from" | "to") => (
    <TimePicker
      aria-label={t(`quiet.${name}`)}
      format="HH:mm"
      needConfirm={false}
      allowClear={false}
      value={value ? dayjs(`2000-01-01T${value[name]}`) : null}
      onChange={(time) => value && time && onChange({ ...value, [name]: time.format("HH:mm") })}
    />
  );
  return (
    <div className={styles.cap}>
      <Switch
        id="settings-quiet_hours"
        checked={value !== null}
        onChange={(on) => onChange(on ? { from: "22:00", to: "08:00" } : null)}
      />
      {value ? (
        <>
          {edge("from")} <span>~</span> {edge("to")}
          <Checkbox
            checked={Boolean(value.expire_after)}
            onChange={(event) =>
              onChange({ ...value, expire_after: event.target.checked ? { hours: USUAL_HOURS } : null })
            }
          >
            {t("quiet.expire")}
          </Checkbox>
          {value.expire_after ? (
            <InputNumber
              aria-label={t("quiet.expire")}
              min={1}
              max={72}
              precision={0}
              style={{ width: 120 }}
              suffix={t("quiet.hours")}
              value={value.expire_after.hours ?? 0}
              onChange={(hours) => onChange({ ...value, expire_after: { hours: hours ?? USUAL_HOURS } })}
            />
          ) : null}
        </>
      ) : null}
    </div>
  );
}
