/** What went wrong, in words, with a way to try again. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/shared/api/queries";
import type { Problem } from "@/shared/api/problem";
import styles from "./ui.module.css";

type Translate = (key: string, params?: Record<string, unknown>) => string;

/** Words for a problem: the server's own sentence when there is one, else by the kind of failure. */
export function problemText(problem: Problem, t: Translate): string {
  if (problem.detail) return problem.detail;
  if (problem.title) return problem.title;
  const kind = problem.status === 0 ? "offline" : problem.status >= 500 ? "server" : String(problem.status);
  return t(`common:problems.${kind}`, { defaultValue: t("common:problems.other", { code: problem.code }) });
}

export function useProblemText(): (problem: Problem) => string {
  const { t } = useTranslation();
  return (problem) => problemText(problem, (key, params) => String(t(key, params ?? {})));
}

export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const problem = problemOf(error);
  if (!problem) return null;
  return (
    <div className={styles.problemNote} role="alert">
      <p>{say(problem)}</p>
      {onRetry ? (
        <Button size="small" onClick={onRetry}>
          {t("actions.retry")}
        </Button>
      ) : null}
    </div>
  );
}
