/** Thresholds of the life cycle and points of the scores: what they would do is shown before they are saved. */
import { useQuery } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { waitForJob } from "@/shared/api/jobs";
import { keys } from "@/shared/api/keys";
import type { Job } from "@/shared/api/types";
import { count } from "@/shared/lib/format";
import { FieldRow } from "@/shared/form/FieldRow";
import { Skeleton } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { useAct } from "@/shared/ui/useAct";
import { ScoreWeights } from "./ScoreWeights";
import styles from "./settings.module.css";

const THRESHOLDS = ["churned_after_days", "retained_after_days"] as const;

type Lifecycle = Record<(typeof THRESHOLDS)[number], number>;

export interface Weights {
  half_life_days: number;
  weights: Record<string, number>;
}

interface Preview {
  stages: { stage: string; labels: { zh: string; en: string }; customers: number }[];
  scores: Record<string, Weights>;
}

function usePreview(lifecycle: Lifecycle | null) {
  return useQuery({
    queryKey: keys.list("figures", { preview: JSON.stringify(lifecycle) }),
    queryFn: ({ signal }) =>
      fetched(api.post<Preview>("/figures/preview", lifecycle ? { lifecycle } : {}, { signal })),
    placeholderData: (before) => before,
  });
}

export function Figures() {
  const settings = useQuery({
    queryKey: keys.resource("settings"),
    queryFn: () => fetched(api.get<{ lifecycle: Lifecycle }>("/settings")),
  });
  const now = usePreview(null);
  const error = settings.error ?? now.error;
  if (error) return <ProblemNote error={error} onRetry={() => void settings.refetch()} />;
  if (!settings.data || !now.data) return <Skeleton />;
  const { lifecycle } = settings.data;
  return <FiguresForm key={JSON.stringify([lifecycle, now.data])} lifecycle={lifecycle} now={now.data} />;
}

function FiguresForm({ lifecycle, now }: { lifecycle: Lifecycle; now: Preview }) {
  const { t } = useTranslation("settings");
  const [draft, setDraft] = useState(lifecycle);
  const [scores, setScores] = useState(now.scores);
  const would = usePreview(draft);
  const { save, busy } = useSave();
  return (
    <Panel
      title={t("parts.figures")}
      extra={
        <Button
          type="primary"
          loading={busy}
          disabled={draft === lifecycle && scores === now.scores}
          onClick={() => void save({ lifecycle: draft, ...(scores === now.scores ? {} : { scores }) })}
        >
          {t("figures.save")}
        </Button>
      }
    >
      <div className={styles.form}>
        {THRESHOLDS.map((name) => (
          <FieldRow
            key={name}
            id={`figures-${name}`}
            field={{
              label: t(`figures.${name}`),
              help: t(`figures.help.${name}`),
              required: true,
              widget: "number",
            }}
            problems={[]}
          >
            <InputNumber
              id={`figures-${name}`}
              min={1}
              max={3650}
              precision={0}
              suffix={t("figures.days")}
              value={draft[name]}
              onChange={(next) => next && setDraft({ ...draft, [name]: next })}
            />
          </FieldRow>
        ))}
        <StageTable now={now.stages} would={would.data?.stages ?? now.stages} />
        {Object.entries(scores).map(([name, weights]) => (
          <ScoreWeights
            key={name}
            name={name}
            value={weights}
            onChange={(next) => setScores({ ...scores, [name]: next })}
          />
        ))}
      </div>
    </Panel>
  );
}

/** Saves, then has all figures worked out anew, and says so when that is done. */
function useSave() {
  const { t } = useTranslation("settings");
  const { act, busy } = useAct();
  const save = async (change: { lifecycle: Lifecycle; scores?: Record<string, Weights> }) => {
    const saved = await act(() => api.patch("/settings", change));
    if (!saved.data) return;
    await act(async () => waitForJob(await api.post<Job>("/figures/rebuild")), {
      stale: [keys.resource("settings"), keys.resource("figures")],
      done: t("figures.done"),
    });
  };
  return { save, busy };
}

function StageTable({ now, would }: { now: Preview["stages"]; would: Preview["stages"] }) {
  const { t, i18n } = useTranslation("settings");
  const lang = i18n.language === "en" ? "en" : "zh";
  const people = (n: number | undefined) => count(n ?? 0, i18n.language);
  return (
    <table className={styles.stages} aria-live="polite">
      <thead>
        <tr>
          <th scope="col">{t("figures.stage")}</th>
          <th scope="col">{t("figures.now")}</th>
          <th scope="col">{t("figures.would")}</th>
        </tr>
      </thead>
      <tbody>
        {would.map((stage) => {
          const before = now.find((one) => one.stage === stage.stage)?.customers;
          return (
            <tr key={stage.stage}>
              <th scope="row">{stage.labels[lang]}</th>
              <td>{people(before)}</td>
              <td data-changed={before !== stage.customers}>{people(stage.customers)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
