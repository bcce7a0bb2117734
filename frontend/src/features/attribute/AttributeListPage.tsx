/** What is known of customers, field by field: type, limits, whether it is sensitive; new ones, changes, archive. */
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import { pick } from "@/shared/i18n/setup";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { Status } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import { AttributeDrawer } from "./AttributeDrawer";
import styles from "./attribute.module.css";
import type { Attribute } from "./model";
import { useLimits } from "./useLimits";

function useColumns(open: (item: Attribute) => void): Column<Attribute>[] {
  const { t, i18n } = useTranslation("attributes");
  const limits = useLimits();
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => (
        <span>
          <Button type="link" className={styles.name} onClick={() => open(item)}>
            {pick(item.label, i18n.language) || item.key}
          </Button>
          <span className={styles.key}>{item.key}</span>
        </span>
      ),
    },
    { key: "type", title: t("type"), render: (item) => t(`types.${item.type}`) },
    { key: "limits", title: t("limits"), render: (item) => limits(item) || "–" },
    {
      key: "notes",
      title: t("notes"),
      render: (item) => (
        <>
          {item.sensitive ? <Status tone="warn">{t("sensitive")}</Status> : null}
          {item.archived_at ? <Status tone="quiet">{t("archived")}</Status> : null}
        </>
      ),
    },
  ];
}

function fits(item: Attribute, search: string): boolean {
  return [item.key, pick(item.label, "zh"), pick(item.label, "en")].some((word) =>
    word.toLowerCase().includes(search),
  );
}

export default function AttributeListPage() {
  const { t } = useTranslation("attributes");
  const [{ search = "", archived }, change] = useFilters();
  const [opened, open] = useState<Attribute | "new" | null>(null);
  const pages = usePages<Attribute>("attributes", { archived, page_size: 500 });
  const columns = useColumns(open);
  const add = (
    <Button type="primary" onClick={() => open("new")}>
      {t("new")}
    </Button>
  );
  return (
    <PageFrame
      back={{ to: "/customers", label: t("back") }}
      title={t("title")}
      intro={t("intro")}
      actions={add}
    >
      <div className={styles.bar}>
        <SearchBox placeholder={t("search")} />
        <Checkbox
          checked={archived === "true"}
          onChange={(event) => change({ archived: event.target.checked ? "true" : undefined })}
        >
          {t("showArchived")}
        </Checkbox>
      </div>
      <ListStates
        pages={pages}
        empty={<Empty title={t("empty.title")} text={t("empty.text")} action={add} />}
      >
        {(items) => (
          <Table
            columns={columns}
            items={items.filter((item) => fits(item, search.toLowerCase()))}
            rowKey={(item) => item.key}
            label={t("title")}
            onOpen={open}
          />
        )}
      </ListStates>
      {opened ? (
        <AttributeDrawer attribute={opened === "new" ? null : opened} onClose={() => open(null)} />
      ) : null}
    </PageFrame>
  );
}
