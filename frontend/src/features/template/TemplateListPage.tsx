/** Message templates of all channels. */
import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import type { Template } from "@/shared/api/types";
import { relative } from "@/shared/lib/format";
import { excerpt } from "@/shared/ui/excerpt";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { Chip } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import styles from "./template.module.css";

function useColumns(): Column<Template>[] {
  const { t, i18n } = useTranslation("template");
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => <Link to={`/templates/${item.id}` as never}>{item.name}</Link>,
    },
    {
      key: "channel",
      title: t("channel"),
      render: (item) => (
        <Chip family="message">{t(`channels.${item.channel}`, { defaultValue: item.channel })}</Chip>
      ),
    },
    { key: "purpose", title: t("purpose"), render: (item) => t(`purposes.${item.purpose}`) },
    {
      key: "text",
      title: t("content"),
      render: (item) => <span className={styles.excerpt}>{excerpt(item.content)}</span>,
    },
    { key: "updated", title: t("updated"), render: (item) => relative(item.updated_at, i18n.language) },
  ];
}

export default function TemplateListPage() {
  const { t } = useTranslation("template");
  const navigate = useNavigate();
  const [{ search }] = useFilters();
  const pages = usePages<Template>("templates", { search, page_size: 50 });
  const columns = useColumns();
  const create = (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => void navigate({ to: "/templates/new" as never })}
    >
      {t("new")}
    </Button>
  );
  const empty = search ? (
    <Empty title={t("empty.filtered")} />
  ) : (
    <Empty title={t("empty.title")} text={t("empty.text")} action={create} />
  );
  return (
    <PageFrame title={t("title")} intro={t("intro")} actions={create}>
      <SearchBox placeholder={t("search")} />
      <ListStates pages={pages} empty={empty}>
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("title")}
            onOpen={(item) => void navigate({ to: `/templates/${item.id}` as never })}
          />
        )}
      </ListStates>
    </PageFrame>
  );
}
