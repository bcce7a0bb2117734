/** What the installation allows this tenant, and how much of it is used. Read only: limits are set by those who run it. */
import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "@/shared/api/queries";
import { Skeleton } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import styles from "./settings.module.css";

interface Quota {
  key: string;
  label: string;
  limit: number | null;
  used: number | null;
}

export function Quotas() {
  const { t } = useTranslation("settings");
  const list = useList<Quota>("quotas");
  if (list.isError) return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton />;
  return (
    <Panel title={t("parts.quotas")}>
      <p className={styles.hint}>{t("quota.text")}</p>
      <dl className={styles.quotas}>
        {list.data.results.map((quota) => (
          <QuotaRow key={quota.key} quota={quota} />
        ))}
      </dl>
    </Panel>
  );
}

function QuotaRow({ quota }: { quota: Quota }) {
  const { t, i18n } = useTranslation("settings");
  const said = (n: number) => n.toLocaleString(i18n.language);
  const limit = quota.limit === null ? t("quota.unlimited") : said(quota.limit);
  const share = quota.limit && quota.used !== null ? Math.min(100, (quota.used / quota.limit) * 100) : null;
  return (
    <div className={styles.quota}>
      <dt>{quota.label}</dt>
      <dd>
        {quota.used === null ? limit : `${said(quota.used)} / ${limit}`}
        {share === null ? null : (
          <Progress
            aria-label={quota.label}
            percent={share}
            showInfo={false}
            size="small"
            status={share >= 100 ? "exception" : "normal"}
          />
        )}
      </dd>
    </div>
  );
}
