/** What is known of a saved audience at first sight: size, change, when it is counted, reach, people, and where it is used. */
import { ReloadOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { waitForJob } from "@/shared/api/jobs";
import { keys } from "@/shared/api/keys";
import type { Audience, AudienceChange, Job } from "@/shared/api/types";
import { count, dateTime, relative } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Chip, Figure } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./audience.module.css";
import { Members } from "./Members";
import { ScheduleSelect } from "./ScheduleSelect";
import { SizeHistory } from "./SizeHistory";

export function AudienceFacts({ audience }: { audience: Audience }) {
  return (
    <>
      <Summary audience={audience} />
      <div className={styles.halves}>
        <Reach id={audience.id} />
        <Usage id={audience.id} />
      </div>
      <SizeHistory id={audience.id} />
      <Members audience={audience} />
    </>
  );
}

function Summary({ audience }: { audience: Audience }) {
  const { t, i18n } = useTranslation("audiences");
  const { act, busy } = useAct();
  const lang = i18n.language;
  const changes = useQuery({
    queryKey: keys.part("audiences", audience.id, "changes", { at: audience.computed_at }),
    queryFn: () =>
      fetched(api.get<Record<"day" | "week", AudienceChange | null>>(`/audiences/${audience.id}/changes`)),
  });
  const refresh = () =>
    act(async () => waitForJob(await api.post<Job>(`/audiences/${audience.id}/refresh`)), {
      stale: [keys.resource("audiences")],
      done: t("refreshed"),
    });
  const said = (change: AudienceChange | null | undefined) =>
    change
      ? t("change.both", { joined: count(change.joined, lang), left: count(change.left, lang) })
      : t("change.unknown");
  return (
    <Panel
      title={t("facts")}
      extra={
        audience.kind === "dynamic" ? (
          <Button icon={<ReloadOutlined aria-hidden />} loading={busy} onClick={() => void refresh()}>
            {t("refresh")}
          </Button>
        ) : null
      }
    >
      {audience.failure ? (
        <p role="alert" className={styles.failure}>
          {t("failure", { at: dateTime(audience.failure.at, lang), detail: audience.failure.detail })}
        </p>
      ) : null}
      <div className={styles.facts}>
        <Figure label={t("size")} value={count(audience.size, lang)} />
        <Figure label={t("change.day")} value={said(changes.data?.day)} />
        <Figure label={t("change.week")} value={said(changes.data?.week)} />
        <Figure label={t("computedAt")} value={dateTime(audience.computed_at, lang)} />
      </div>
      {audience.kind === "dynamic" ? (
        <div className={styles.row}>
          <ScheduleSelect audience={audience} />
          {audience.next_refresh_at ? (
            <span className={styles.hint}>
              {t("schedule.next", { at: dateTime(audience.next_refresh_at, lang) })}
              {` (${relative(audience.next_refresh_at, lang)})`}
            </span>
          ) : null}
        </div>
      ) : null}
    </Panel>
  );
}

interface ReachAnswer {
  size: number;
  results: { channel: string; label: string; count: number }[];
}

function Reach({ id }: { id: string }) {
  const { t, i18n } = useTranslation("audiences");
  const reach = useQuery({
    queryKey: keys.part("audiences", id, "reach", { lang: i18n.language }),
    queryFn: () => fetched(api.get<ReachAnswer>(`/audiences/${id}/reach`)),
  });
  const { size = 0, results = [] } = reach.data ?? {};
  const reached = results.filter((entry) => entry.count > 0);
  return (
    <Panel title={t("reach.title")}>
      <ul className={styles.bars}>
        {reached.map((entry) => (
          <li key={entry.channel}>
            <span>{entry.label}</span>
            <meter min={0} max={Math.max(1, size)} value={entry.count} aria-label={entry.label} />
            <span className={styles.number}>{count(entry.count, i18n.language)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.hint}>
        {t(reached.length ? "reach.text" : reach.isPending ? "common:loading" : "reach.none")}
      </p>
    </Panel>
  );
}

interface Use {
  type: string;
  id: string;
  name: string;
  status?: string;
  draft?: string[];
  live?: string[];
}

const PAGES: Record<string, string> = { canvas: "canvases", audience: "audiences", tag: "tags" };

function Usage({ id }: { id: string }) {
  const { t } = useTranslation("audiences");
  const usage = useQuery({
    queryKey: keys.part("audiences", id, "usage"),
    queryFn: () => fetched(api.get<{ results: Use[] }>(`/audiences/${id}/usage`)),
  });
  const uses = usage.data?.results ?? [];
  const places = (use: Use) =>
    (["live", "draft"] as const)
      .filter((version) => use[version]?.length)
      .map((version) => `${t(`usage.${version}`)} ${use[version]?.join("、")}`);
  return (
    <Panel title={t("usage.title")}>
      {uses.length ? (
        <ul className={styles.uses}>
          {uses.map((use) => (
            <li key={use.type + use.id}>
              <Chip>{t(`usage.type.${use.type}`)}</Chip>
              {use.type === "tag" ? (
                <span>{use.name}</span>
              ) : (
                <Link to={`/${PAGES[use.type]}/${use.id}` as never}>{use.name}</Link>
              )}
              <span className={styles.hint}>{places(use).join(" · ")}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.hint}>{t(usage.isPending ? "common:loading" : "usage.none")}</p>
      )}
    </Panel>
  );
}
