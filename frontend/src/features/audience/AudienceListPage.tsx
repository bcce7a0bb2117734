/** Saved audiences: how many people, when counted, where used. */
import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import type { Audience } from "@/shared/api/types";
import { count, relative } from "@/shared/lib/format";
import { useWords } from "@/shared/rule/catalogue";
import { summaryOf } from "@/shared/rule/model/sentence";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { Chip } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import styles from "./audience.module.css";

function useColumns(): Column<Audience>[] {
  const { t, i18n } = useTranslation("audiences");
  const lang = i18n.language;
  const { words } = useWords(lang);
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => <Link to={`/audiences/${item.id}` as never}>{item.name}</Link>,
    },
    {
      key: "rule",
      title: t("kindLabel"),
      render: (item) =>
        item.rule ? (
          <span className={styles.sentence}>{summaryOf(item.rule, words)}</span>
        ) : (
          <Chip>{t(`kind.${item.kind}`)}</Chip>
        ),
    },
    { key: "size", title: t("size"), align: "end", render: (item) => count(item.size, lang) },
    { key: "computed", title: t("computedAt"), render: (item) => relative(item.computed_at, lang) },
    {
      key: "used",
      title: t("common:usedBy"),
      render: (item) => item.used_by?.map((use) => <Chip key={use.type + use.id}>{use.name}</Chip>),
    },
  ];
}

function NewButtons() {
  const { t } = useTranslation("audiences");
  const navigate = useNavigate();
  const go = (kind: string) => void navigate({ to: "/audiences/new" as never, search: { kind } as never });
  return (
    <>
      <Button onClick={() => go("static")}>{t("newStatic")}</Button>
      <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => go("dynamic")}>
        {t("newDynamic")}
      </Button>
    </>
  );
}

export default function AudienceListPage() {
  const { t } = useTranslation("audiences");
  const [{ search }] = useFilters();
  const navigate = useNavigate();
  const pages = usePages<Audience>("audiences", { search, page_size: 50 });
  const columns = useColumns();
  const empty = search ? (
    <Empty title={t("empty.filtered")} />
  ) : (
    <Empty title={t("empty.title")} text={t("empty.text")} action={<NewButtons />} />
  );
  return (
    <PageFrame title={t("title")} intro={t("intro")} actions={<NewButtons />}>
      <SearchBox placeholder={t("search")} />
      <ListStates pages={pages} empty={empty}>
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("title")}
            onOpen={(item) => void navigate({ to: `/audiences/${item.id}` as never })}
          />
        )}
      </ListStates>
    </PageFrame>
  );
}
