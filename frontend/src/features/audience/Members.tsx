/** Who is in an audience: a few at random that stay while one looks, or all of them by search and pages. */
import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import type { Audience, Customer } from "@/shared/api/types";
import { customerName } from "@/shared/rule/RuleCount";
import { useSettled } from "@/shared/ui/filters";
import { ListStates } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { SearchField } from "@/shared/ui/SearchField";
import { Chip } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import styles from "./audience.module.css";

export function useMemberColumns(): Column<Customer>[] {
  const { t } = useTranslation("audiences");
  return [
    {
      key: "name",
      title: t("member"),
      main: true,
      render: (item) => <Link to={`/customers/${item.id}` as never}>{customerName(item)}</Link>,
    },
    { key: "external", title: t("externalId"), render: (item) => item.external_id ?? "–" },
    {
      key: "reach",
      title: t("contact"),
      render: (item) => item.identities?.phone ?? item.identities?.email ?? "–",
    },
    {
      key: "tags",
      title: t("tags"),
      render: (item) => item.tags?.slice(0, 4).map((tag) => <Chip key={tag}>{tag}</Chip>),
    },
  ];
}

export function Members({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const [view, setView] = useState("sample");
  const [seed, setSeed] = useState(1);
  const [search, setSearch] = useState("");
  const [draft, setDraft] = useSettled(search, setSearch);
  const sampled = view === "sample" && !search;
  const query = sampled ? { seed, page_size: 10 } : { search, page_size: 20 };
  const pages = usePages<Customer>(`audiences/${audience.id}/${sampled ? "sample" : "members"}`, query);
  const columns = useMemberColumns();
  return (
    <Panel
      title={t("members")}
      extra={
        <Segmented
          aria-label={t("members")}
          value={view}
          options={["sample", "all"].map((value) => ({ value, label: t(`view.${value}`) }))}
          onChange={(value) => setView(String(value))}
        />
      }
    >
      <div className={styles.row}>
        <SearchField value={draft} label={t("searchMembers")} onChange={setDraft} />
        {sampled ? <Button onClick={() => setSeed(seed + 1)}>{t("others")}</Button> : null}
      </div>
      <ListStates
        pages={pages}
        empty={<p className={styles.hint}>{t(search ? "noneFound" : "noMembers")}</p>}
      >
        {(items) => <Table columns={columns} items={items} rowKey={(item) => item.id} label={t("members")} />}
      </ListStates>
    </Panel>
  );
}
