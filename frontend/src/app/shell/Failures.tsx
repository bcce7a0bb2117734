/** Pages for what is not there and for what broke. */
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/shared/api/queries";
import { Empty } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { useProblemText } from "@/shared/ui/Problem";

export function NotFound() {
  const { t } = useTranslation("shell");
  const home = (
    <Button type="primary" href="/canvases">
      {t("notFound.home")}
    </Button>
  );
  return (
    <PageFrame title={t("notFound.title")}>
      <Empty title={t("notFound.title")} text={t("notFound.text")} action={home} />
    </PageFrame>
  );
}

export function Crash({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("shell");
  const say = useProblemText();
  const problem = problemOf(error);
  const retry = (
    <Button type="primary" onClick={() => (problem ? reset() : window.location.reload())}>
      {t("common:actions.retry")}
    </Button>
  );
  return (
    <PageFrame title={t("crash.title")}>
      <Empty title={t("crash.text")} text={problem ? say(problem) : String(error)} action={retry} />
    </PageFrame>
  );
}
