/** Frequency caps and quiet hours as rows of a sentence. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select, Switch, TimePicker } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { TenantSettings } from "@/shared/api/types";
import { DurationField } from "@/shared/form/widgets/duration";
import styles from "./settings.module.css";

type Cap = TenantSettings["caps"][number];
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
  const { t, i18n } = useTranslation("settings");
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
          <span>{t("cap.every")}</span>
          <div className={styles.span}>
            <DurationField
              value={cap.per}
              onChange={(per) => set(index, { per: per ?? { days: 1 } })}
              units={["days"]}
              lang={i18n.language}
              label={t("cap.every")}
            />
          </div>
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
        </>
      ) : null}
    </div>
  );
}
