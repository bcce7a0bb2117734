/** Customers, found by name, phone or id. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Checkbox } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { usePages } from "@/shared/api/queries";
import type { Customer } from "@/shared/api/types";
import { relative } from "@/shared/lib/format";
import { customerName } from "@/shared/rule/RuleCount";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates, Skeleton } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { Chip } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";

function useColumns(): Column<Customer>[] {
  const { t, i18n } = useTranslation("customers");
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => <Link to={`/customers/${item.id}` as never}>{customerName(item)}</Link>,
    },
    { key: "external", title: t("externalId"), render: (item) => item.external_id ?? "–" },
    {
      key: "phone",
      title: t("phone"),
      render: (item) => item.identities?.phone ?? item.identities?.email ?? "–",
    },
    {
      key: "tags",
      title: t("tags"),
      render: (item) => item.tags?.slice(0, 4).map((tag) => <Chip key={tag}>{tag}</Chip>),
    },
    { key: "updated", title: t("updated"), render: (item) => relative(item.updated_at, i18n.language) },
  ];
}

const Proposals = lazy(() => import("./Proposals"));

/** How many pairs of customers may be one person; nothing where there are none. */
function Alike() {
  const { t } = useTranslation("customers");
  const found = useQuery({
    queryKey: keys.list("merge-proposals", { page_size: 1 }),
    queryFn: ({ signal }) =>
      fetched(api.get<{ total: number }>("/merge-proposals", { query: { page_size: 1 }, signal })),
  }).data;
  return found?.total ? (
    <Link to={"/customers" as never} search={{ part: "same" } as never}>
      {t("same.count", { n: found.total })}
    </Link>
  ) : null;
}

/** The list, or those who may be one person (`?part=same`). */
export default function CustomersPage() {
  const [{ part }] = useFilters();
  if (part !== "same") return <CustomerList />;
  return (
    <Suspense fallback={<Skeleton />}>
      <Proposals />
    </Suspense>
  );
}

function CustomerList() {
  const { t } = useTranslation("customers");
  const navigate = useNavigate();
  const [{ search, tag, blocked }, change] = useFilters();
  const pages = usePages<Customer>("customers", { search, tag, blocked, page_size: 50 });
  const columns = useColumns();
  const bring = <Button onClick={() => void navigate({ to: "/imports" as never })}>{t("import")}</Button>;
  const empty = (
    <Empty
      title={t(search || blocked ? "empty.filtered" : "empty.title")}
      text={search || blocked ? undefined : t("empty.text")}
      action={search || blocked ? undefined : bring}
    />
  );
  return (
    <PageFrame
      title={t("title")}
      intro={t("intro")}
      actions={
        <>
          <Alike />
          <Link to={"/attributes" as never}>{t("attributePage")}</Link>
          {bring}
        </>
      }
    >
      <SearchBox placeholder={t("search")} />
      <Checkbox
        checked={blocked === "true"}
        onChange={(event) => change({ blocked: event.target.checked ? "true" : undefined })}
      >
        {t("onlyBlocked")}
      </Checkbox>
      <ListStates pages={pages} empty={empty}>
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("title")}
            onOpen={(item) => void navigate({ to: `/customers/${item.id}` as never })}
          />
        )}
      </ListStates>
    </PageFrame>
  );
}
