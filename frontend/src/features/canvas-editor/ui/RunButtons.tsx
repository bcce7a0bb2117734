/** What can be done with a run: release the rest after a look at the sample, or stop it. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/shared/api/keys";
import { steerRun } from "../api";
import type { RunFigures } from "../model/figures";
import { useSurroundings } from "../store/editor";
import styles from "./panel.module.css";

type Steering = "release" | "stop" | "retry";
const MOVING = new Set(["running", "waiting"]);

export function RunButtons({ run }: { run: RunFigures }) {
  const { t } = useTranslation("editor");
  const { readOnly } = useSurroundings();
  const { busy, ask } = useSteering(run.id);
  const { sample } = run;
  const sampled = sample !== null && !sample.released && run.status !== "stopped";
  const failures = run.failures ?? [];
  const moving = MOVING.has(run.status) || run.status === "failed";
  if (!failures.length && (readOnly || (!sampled && !moving))) return null;
  return (
    <div className={styles.steer}>
      {failures.map((failure) => (
        <Alert
          key={failure.node}
          type="error"
          title={t("run.stuck", { step: failure.label, count: failure.people })}
          description={failure.reason}
        />
      ))}
      {sampled ? <Alert type="info" title={t("run.sampled", { how: howMuch(sample) })} /> : null}
      <Space hidden={readOnly}>
        {failures.length ? (
          <Button type="primary" loading={busy} onClick={() => ask("retry")}>
            {t("run.retry")}
          </Button>
        ) : null}
        {sampled ? (
          <Button type="primary" loading={busy} onClick={() => ask("release")}>
            {t("run.release")}
          </Button>
        ) : null}
        {moving ? (
          <Button danger loading={busy} onClick={() => ask("stop")}>
            {t("run.stop")}
          </Button>
        ) : null}
      </Space>
    </div>
  );
}

function howMuch(sample: Record<string, unknown>): string {
  return typeof sample.percent === "number" ? `${sample.percent}%` : String(sample.count ?? "");
}

function useSteering(run: string) {
  const { t } = useTranslation("editor");
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const go = async (step: Steering) => {
    setBusy(true);
    const { problem } = await steerRun(run, step);
    setBusy(false);
    if (problem) void message.error(problem.detail || t("page.failed"));
    // The poll may have come to rest with the sample: asking once sets it going again.
    await client.invalidateQueries({ queryKey: keys.one("runs", run) });
  };
  const ask = (step: Steering) =>
    void modal.confirm({
      title: t(`run.${step}Ask`),
      content: t(`run.${step}Means`),
      okText: t(`run.${step}`),
      cancelText: t("page.cancel"),
      okButtonProps: { danger: step === "stop" },
      onOk: () => go(step),
    });
  return { busy, ask };
}
