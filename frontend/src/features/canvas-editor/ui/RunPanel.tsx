/** A run in figures: where it is, whether everybody is accounted for, and people step by step. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty, Select } from "antd";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { dateTime } from "@/shared/lib/format";
import { readRuns } from "../api";
import { full, type RunFigures } from "../model/figures";
import { flowOrder } from "../model/topology";
import { useOverlay, useShown, useSurroundings, useView } from "../store/editor";
import { PanelHead } from "./PanelHead";
import styles from "./panel.module.css";
import { RunButtons } from "./RunButtons";
import { RunNews } from "./RunNews";
import { RunStep } from "./RunStep";
import { useServices } from "./services";

export function RunPanel() {
  const { t } = useTranslation("editor");
  const run = useOverlay((state) => state.run);
  return (
    <>
      <PanelHead closable={false}>
        <h2>{t("run.title")}</h2>
        {run ? (
          <span className={styles.runState} data-status={run.status}>
            {t(`run.${run.status}`)}
          </span>
        ) : null}
      </PanelHead>
      <div className={styles.body}>
        <RunChoice />
        {run ? <Figures run={run} /> : <Empty description={t("card.noRun")} />}
      </div>
    </>
  );
}

function RunChoice() {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { canvas, runId, showRun, timezone } = useServices();
  const runs = useQuery({
    queryKey: keys.list("runs", { canvas: canvas.id, with: runId }),
    queryFn: () => fetched(readRuns(canvas.id)),
  });
  const rows = runs.data?.results ?? [];
  if (rows.length < 2) return null;
  const name = (run: RunFigures & { fire_at?: string | null }) =>
    `${dateTime(run.fire_at ?? run.started_at, lang, timezone)} · ${t(`run.${run.status}`)}`;
  return (
    <Select
      className={styles.wide}
      value={runId}
      aria-label={t("run.choose")}
      options={rows.map((run) => ({ value: run.id, label: name(run) }))}
      onChange={showRun}
    />
  );
}

function Figures({ run }: { run: RunFigures }) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { canvas, timezone } = useServices();
  const { entered, inside, left, balanced } = run.check;
  return (
    <>
      <div className={styles.totals}>
        <Total name={t("run.entered")} value={entered} />
        <Total name={t("run.inside")} value={inside} />
        <Total name={t("run.left")} value={left} />
      </div>
      <p className={balanced ? styles.balanced : styles.unbalanced}>
        {t(balanced ? "run.balanced" : "run.unbalanced")}
      </p>
      <p className={styles.help}>
        {t("run.since", { at: dateTime(run.started_at, lang, timezone) })}
        {run.finished_at ? ` · ${t("run.until", { at: dateTime(run.finished_at, lang, timezone) })}` : ""}
      </p>
      <Link to={"/messages" as string} search={{ canvas: canvas.id, run: run.id } as never}>
        {t("run.messages")} →
      </Link>
      <RunNews run={run} />
      <RunButtons run={run} />
      <Steps run={run} />
    </>
  );
}

function Total({ name, value }: { name: string; value: number }) {
  const { lang } = useSurroundings();
  return (
    <div>
      <span>{name}</span>
      <b>{full(value, lang)}</b>
    </div>
  );
}

function Steps({ run }: { run: RunFigures }) {
  const { t } = useTranslation("editor");
  const document = useShown((shown) => shown);
  const [chosen] = useView((state) => state.selection.nodes);
  const shown = flowOrder(document).filter((id) => id in run.nodes);
  return (
    <section>
      <h3 className={styles.sub}>{t("run.bySteps")}</h3>
      {shown.map((id) => (
        <RunStep key={id} id={id} run={run} open={id === chosen} />
      ))}
    </section>
  );
}
