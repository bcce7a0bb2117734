/** What is to be known of a run besides its figures: why it was not started, an alarm of its ledgers, its goal. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { dateTime } from "@/shared/lib/format";
import { full, type RunFigures } from "../model/figures";
import { useSurroundings } from "../store/editor";
import styles from "./panel.module.css";
import { useServices } from "./services";

export function RunNews({ run }: { run: RunFigures }) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { timezone } = useServices();
  const { error, failures, alarm, goal } = run;
  return (
    <>
      {error && !failures?.length ? <Alert type="error" showIcon title={error} /> : null}
      {alarm ? (
        <Alert
          type="error"
          showIcon
          title={t("run.alarm", { count: alarm.equations.length, at: dateTime(alarm.since, lang, timezone) })}
        />
      ) : null}
      {goal ? (
        <p className={styles.help}>
          {t("run.goal", { people: full(goal.people, lang), event: goal.event })}
          {goal.value === null ? "" : ` · ${t("run.goalValue", { value: goal.value })}`}
        </p>
      ) : null}
    </>
  );
}
