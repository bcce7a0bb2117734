/** 客群概览: stages as a bar, recency × frequency as a heat map, and the model of buying held to what happened. A press makes an audience. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Audience } from "@/shared/api/types";
import { compact, count, percent, relative } from "@/shared/lib/format";
import type { Rule } from "@/shared/rule/types";
import { Skeleton } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { useAct } from "@/shared/ui/useAct";
import type { Overview } from "./api";
import { Heat } from "./Heat";
import { ModelChart } from "./ModelChart";
import styles from "./tag.module.css";

function useSaving() {
  const { t } = useTranslation("tags");
  const { modal } = App.useApp();
  const { act } = useAct();
  const navigate = useNavigate();
  return (name: string, people: number, rule: Rule) => {
    const save = async () => {
      const stale = [keys.resource("audiences")];
      const { data } = await act(() => api.post<Audience>("/audiences", { name, kind: "dynamic", rule }), {
        stale,
        done: t("common:saved"),
      });
      if (data) void navigate({ to: `/audiences/${data.id}` as never });
    };
    modal.confirm({
      title: t("overview.save", { name }),
      content: t("overview.saveText", { n: people }),
      okText: t("overview.saveOk"),
      onOk: save,
    });
  };
}

function Stages({ overview }: { overview: Overview }) {
  const { t, i18n } = useTranslation("tags");
  const save = useSaving();
  const lang = i18n.language === "en" ? "en" : "zh";
  const whole = Math.max(overview.customers, 1);
  return (
    <ul className={styles.stages}>
      {overview.stages.map((stage) => (
        <li key={stage.stage}>
          <button
            type="button"
            className={styles.stage}
            onClick={() =>
              save(stage.labels[lang], stage.customers, {
                condition: "lifecycle",
                op: "in",
                value: [stage.stage],
              } as Rule)
            }
          >
            <span>{stage.labels[lang]}</span>
            <span className={styles.track}>
              <span
                className={styles.fill}
                data-stage={stage.stage}
                style={{ width: `${(stage.customers / whole) * 100}%` }}
              />
            </span>
            <span className={styles.number}>
              {count(stage.customers, i18n.language)} · {percent(stage.customers / whole, i18n.language)}
            </span>
            <span className={styles.note}>
              {stage.alive === null
                ? ""
                : t("overview.alive", { share: percent(stage.alive, i18n.language) })}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export default function OverviewPanel() {
  const { t, i18n } = useTranslation("tags");
  const { act, busy } = useAct();
  const save = useSaving();
  const { data, error, refetch } = useQuery({
    queryKey: keys.list("figures", {}),
    queryFn: ({ signal }) => fetched(api.get<Overview>("/figures", { signal })),
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const rebuild = () => act(() => api.post("/figures/rebuild"), { done: t("refreshing") });
  const fresh = (
    <span className={styles.note}>
      {data.full_at
        ? t("overview.fresh", { at: relative(data.full_at, i18n.language) })
        : t("overview.never")}{" "}
      <Button size="small" loading={busy} onClick={() => void rebuild()}>
        {t("refresh")}
      </Button>
    </span>
  );
  const reason = data.model?.reason?.[i18n.language === "en" ? "en" : "zh"];
  return (
    <>
      <Panel title={t("overview.stages")} extra={fresh}>
        <Stages overview={data} />
      </Panel>
      <div className={styles.pair}>
        <Panel title={t("overview.rfm")}>
          <p className={styles.note}>{t("overview.rfmNote")}</p>
          <Heat
            cells={data.rfm}
            onPick={(cell) =>
              save(t("overview.cell", { r: cell.recency, f: cell.frequency }), cell.customers, {
                all: [
                  { condition: "rfm", score: "recency", op: "eq", value: cell.recency },
                  { condition: "rfm", score: "frequency", op: "eq", value: cell.frequency },
                ],
              } as Rule)
            }
          />
        </Panel>
        <Panel title={t("overview.model")}>
          <p className={styles.note}>
            {reason ?? t("overview.expected", { n: compact(data.expected_in_30_days, i18n.language) })}
          </p>
          {data.model?.test ? <ModelChart weeks={data.model.test.weeks} rows={data.model.test.rows} /> : null}
        </Panel>
      </div>
    </>
  );
}
