/** Where imports begin, and those that were: drop a file, or see what became of an earlier one. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import { count, relative } from "@/shared/lib/format";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { type Column, Table } from "@/shared/ui/Table";
import { DropFile } from "./DropFile";
import { ImportStatus } from "./ImportStatus";
import styles from "./import.module.css";
import { type FileImport, isKind, isOpen, KINDS } from "./model";

function useColumns(): Column<FileImport>[] {
  const { t, i18n } = useTranslation("imports");
  const lang = i18n.language;
  return [
    {
      key: "name",
      title: t("file"),
      main: true,
      render: (item) => <Link to={`/imports/${item.id}` as never}>{item.name}</Link>,
    },
    {
      key: "kind",
      title: t("kindLabel"),
      render: (item) => t(`kind.${item.kind}`, { defaultValue: item.kind }),
    },
    { key: "status", title: t("statusLabel"), render: (item) => <ImportStatus status={item.status} /> },
    {
      key: "good",
      title: t("good"),
      align: "end",
      render: (item) => count(item.created + item.updated + item.repeated, lang),
    },
    { key: "bad", title: t("bad"), align: "end", render: (item) => count(item.rejected, lang) },
    { key: "by", title: t("by"), render: (item) => item.created_by },
    { key: "when", title: t("when"), render: (item) => relative(item.created_at, lang) },
  ];
}

export default function ImportListPage() {
  const { t } = useTranslation("imports");
  const [filters, change] = useFilters();
  const kind = isKind(filters.kind) ? filters.kind : "customers";
  const navigate = useNavigate();
  const pages = usePages<FileImport>("imports", { page_size: 20 });
  const columns = useColumns();
  return (
    <PageFrame
      title={t("title")}
      intro={t("intro")}
      back={
        kind === "audience"
          ? { to: "/audiences", label: t("backAudiences") }
          : { to: "/customers", label: t("backCustomers") }
      }
    >
      <Panel title={t("newTitle")}>
        <Segmented
          className={styles.kinds}
          aria-label={t("kindLabel")}
          value={kind}
          onChange={(next) => change({ kind: String(next) })}
          options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        />
        <p className={styles.hint}>{t(`kindText.${kind}`)}</p>
        <DropFile kind={kind} />
      </Panel>
      <h2 className={styles.earlier}>{t("earlier")}</h2>
      <ListStates pages={pages} empty={<Empty title={t("noneYet")} />}>
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("earlier")}
            onOpen={(item) => void navigate({ to: `/imports/${item.id}` as never })}
          />
        )}
      </ListStates>
      {pages.items?.some((item) => isOpen(item.status)) ? <Again ask={() => void pages.refetch()} /> : null}
    </PageFrame>
  );
}

function Again({ ask }: { ask: () => void }) {
  const { t } = useTranslation("imports");
  return (
    <button type="button" className={styles.again} onClick={ask}>
      {t("common:actions.refresh")}
    </button>
  );
}
