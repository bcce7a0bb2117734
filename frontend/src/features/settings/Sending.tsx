/** Rules of sending for the whole tenant: name, time zone, caps, quiet hours, approval. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select, Switch } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import type { TenantSettings } from "@/shared/api/types";
import { FieldRow } from "@/shared/form/FieldRow";
import { Skeleton } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { useAct } from "@/shared/ui/useAct";
import { Caps, QuietHours } from "./Caps";
import styles from "./settings.module.css";
import { timeZones } from "@/shared/lib/zones";

const CANVAS_EVENTS = ["none", "triggered", "all"] as const;

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
    const { name, timezone, caps, quiet_hours, approval, canvas_events } = draft;
    const body = { name, timezone, caps, quiet_hours, approval, canvas_events };
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
        {row(
          "canvas_events",
          <Select
            id="settings-canvas_events"
            value={draft.canvas_events}
            options={CANVAS_EVENTS.map((value) => ({ value, label: t(`canvasEvents.${value}`) }))}
            onChange={(canvas_events) => change({ canvas_events })}
          />,
        )}
      </div>
    </Panel>
  );
}
