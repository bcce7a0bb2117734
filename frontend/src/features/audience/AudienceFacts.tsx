/** What is known of a saved audience: size, when counted, history, and people in it. */
import { ReloadOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { api, fetched } from "@/shared/api/client";
import { waitForJob } from "@/shared/api/jobs";
import { keys } from "@/shared/api/keys";
import type { Audience, Customer, Job, Page } from "@/shared/api/types";
import { count, dateTime } from "@/shared/lib/format";
import { customerName } from "@/shared/rule/RuleCount";
import { ListStates } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { Chip, Figure } from "@/shared/ui/Status";
import { Table } from "@/shared/ui/Table";
import { useAct } from "@/shared/ui/useAct";
import { usePages } from "@/shared/api/queries";
import styles from "./audience.module.css";
import { SizeHistory } from "./SizeHistory";

export function AudienceFacts({ audience }: { audience: Audience }) {
  const { t, i18n } = useTranslation("audiences");
  const { act, busy } = useAct();
  const lang = i18n.language;
  const history = useQuery({
    queryKey: keys.part("audiences", audience.id, "history"),
    queryFn: () => fetched(api.get<Page<{ at: string; size: number }>>(`/audiences/${audience.id}/history`)),
  });
  const refresh = () =>
    act(async () => waitForJob(await api.post<Job>(`/audiences/${audience.id}/refresh`)), {
      stale: [keys.resource("audiences")],
      done: t("refreshed"),
    });
  const button = (
    <Button icon={<ReloadOutlined aria-hidden />} loading={busy} onClick={() => void refresh()}>
      {t("refresh")}
    </Button>
  );
  const points = Array.isArray(history.data) ? history.data : (history.data?.results ?? []);
  return (
    <>
      <Panel title={t("facts")} extra={audience.kind === "dynamic" ? button : null}>
        <div className={styles.facts}>
          <Figure label={t("size")} value={count(audience.size, lang)} />
          <Figure label={t("computedAt")} value={dateTime(audience.computed_at, lang)} />
          {points.length > 1 ? <SizeHistory points={points} label={t("history")} /> : null}
        </div>
      </Panel>
      <Members id={audience.id} />
    </>
  );
}

function Members({ id }: { id: string }) {
  const { t } = useTranslation("audiences");
  const pages = usePages<Customer>(`audiences/${id}/members`, { page_size: 20 });
  const columns = [
    {
      key: "name",
      title: t("member"),
      main: true,
      render: (item: Customer) => <Link to={`/customers/${item.id}` as never}>{customerName(item)}</Link>,
    },
    { key: "external", title: t("externalId"), render: (item: Customer) => item.external_id ?? "–" },
    {
      key: "tags",
      title: t("tags"),
      render: (item: Customer) => item.tags?.map((tag) => <Chip key={tag}>{tag}</Chip>),
    },
  ];
  return (
    <Panel title={t("members")}>
      <ListStates pages={pages} empty={<p className={styles.hint}>{t("noMembers")}</p>}>
        {(items) => <Table columns={columns} items={items} rowKey={(item) => item.id} label={t("members")} />}
      </ListStates>
    </Panel>
  );
}
