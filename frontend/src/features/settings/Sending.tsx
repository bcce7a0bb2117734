/** Rules of sending for the whole tenant: name, time zone, caps, quiet hours, approval. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, InputNumber, Select, Switch, TimePicker } from "antd";
import dayjs from "dayjs";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import type { TenantSettings } from "@/shared/api/types";
import { FieldRow } from "@/shared/form/FieldRow";
import { DurationField } from "@/shared/form/widgets/duration";
import { Skeleton } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { useAct } from "@/shared/ui/useAct";
import styles from "./settings.module.css";
import { timeZones } from "./zones";

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

export function Sending() {
  const settings = useQuery({
    queryKey: keys.resource("settings"),
    queryFn: () => fetched(api.get<TenantSettings>("/settings")),
  });
  if (settings.isError) return <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <Skeleton />;
  return <SendingForm saved={settings.data} />;
}

function SendingForm({ saved }: { saved: TenantSettings }) {
  const { t } = useTranslation("settings");
  const [draft, setDraft] = useState(saved);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { act, busy } = useAct();
  const change = (patch: Partial<TenantSettings>) => setDraft((old) => ({ ...old, ...patch }));
  const save = () => {
    setProblem(null);
    const { name, timezone, caps, quiet_hours, approval } = draft;
    const body = { name, timezone, caps, quiet_hours, approval };
    const stale = [keys.resource("settings"), keys.session];
    const onProblem = (found: Problem) => {
      setProblem(found);
      return found.errors.some((error) => error.pointer !== "");
    };
    void act(() => api.patch<TenantSettings>("/settings", body), {
      stale,
      onProblem,
      done: t("common:saved"),
    });
  };
  const row = (name: keyof TenantSettings, control: ReactNode) => (
    <FieldRow
      id={`settings-${name}`}
      field={{
        label: t(name),
        help: t(`help.${name}`, { defaultValue: "" }),
        required: false,
        widget: "text",
      }}
      problems={problemsAt(problem?.errors ?? [], `/${name}`)}
    >
      {control}
    </FieldRow>
  );
  return (
    <Panel
      title={t("parts.sending")}
      extra={
        <Button type="primary" loading={busy} disabled={draft === saved} onClick={save}>
          {t("common:actions.save")}
        </Button>
      }
    >
      <div className={styles.form}>
        {row(
          "name",
          <Input
            id="settings-name"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />,
        )}
        {row(
          "timezone",
          <Select
            id="settings-timezone"
            showSearch
            value={draft.timezone}
            options={timeZones(draft.timezone).map((zone) => ({ value: zone, label: zone }))}
            onChange={(timezone) => change({ timezone })}
          />,
        )}
        {row("caps", <Caps value={draft.caps} onChange={(caps) => change({ caps })} />)}
        {row(
          "quiet_hours",
          <QuietHours value={draft.quiet_hours} onChange={(quiet_hours) => change({ quiet_hours })} />,
        )}
        {row(
          "approval",
          <div>
            <Switch
              id="settings-approval"
              checked={draft.approval}
              onChange={(approval) => change({ approval })}
            />
          </div>,
        )}
      </div>
    </Panel>
  );
}

function Caps({ value, onChange }: { value: Cap[]; onChange: (next: Cap[]) => void }) {
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

function QuietHours({ value, onChange }: QuietProps) {
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
