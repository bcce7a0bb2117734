/** Reward packages with what is left of them. */
import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import type { RewardPackage } from "@/shared/api/types";
import { compact, count, dateOnly, money as shownMoney } from "@/shared/lib/format";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { Chip } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import { stockShare, useItemText } from "./items";
import styles from "./reward.module.css";

function Stock({ item }: { item: RewardPackage }) {
  const { t, i18n } = useTranslation("rewards");
  const lang = i18n.language;
  if (item.available === null) return <span>{t("unlimited", { issued: count(item.issued, lang) })}</span>;
  const share = stockShare(item);
  return (
    <div className={styles.stock}>
      <span>{t("left", { left: compact(item.available, lang), issued: compact(item.issued, lang) })}</span>
      <span className={styles.bar}>
        <span
          style={{ width: `${share * 100}%` }}
          className={item.low || share < 0.1 ? styles.low : undefined}
        />
      </span>
      {item.low ? <span className={styles.problem}>{t("low")}</span> : null}
    </div>
  );
}

function Budget({ item }: { item: RewardPackage }) {
  const { t } = useTranslation("rewards");
  const spent = shownMoney(item.spent);
  if (!item.budget) return <span>{t("spentOf.open", { spent })}</span>;
  const share = Number(item.budget) ? 1 - Number(item.spent) / Number(item.budget) : 0;
  return (
    <div className={styles.stock}>
      <span>{t("spentOf.budget", { spent, budget: shownMoney(item.budget) })}</span>
      <span className={styles.bar}>
        <span style={{ width: `${share * 100}%` }} className={share < 0.1 ? styles.low : undefined} />
      </span>
    </div>
  );
}

function useColumns(): Column<RewardPackage>[] {
  const { t, i18n } = useTranslation("rewards");
  const itemText = useItemText();
  const validity = (item: RewardPackage) => {
    const { days, from, to } = item.validity ?? {};
    if (days) return t("validDays", { n: days });
    if (from || to) return `${dateOnly(from, i18n.language)} ~ ${dateOnly(to, i18n.language)}`;
    return t("validAlways");
  };
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => <Link to={`/rewards/${item.id}` as never}>{item.name}</Link>,
    },
    {
      key: "items",
      title: t("items"),
      render: (item) =>
        item.items.map((part, index) => (
          <Chip key={`${index}`} family="reward">
            {itemText(part)}
          </Chip>
        )),
    },
    { key: "stock", title: t("stock"), render: (item) => <Stock item={item} /> },
    { key: "budget", title: t("budget"), render: (item) => <Budget item={item} /> },
    { key: "validity", title: t("validity"), render: validity },
  ];
}

export default function PackageListPage() {
  const { t } = useTranslation("rewards");
  const navigate = useNavigate();
  const [{ search }] = useFilters();
  const pages = usePages<RewardPackage>("reward-packages", { search, page_size: 50 });
  const columns = useColumns();
  const create = (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => void navigate({ to: "/rewards/new" as never })}
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
            onOpen={(item) => void navigate({ to: `/rewards/${item.id}` as never })}
          />
        )}
      </ListStates>
    </PageFrame>
  );
}
