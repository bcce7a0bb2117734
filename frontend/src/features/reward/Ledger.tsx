/** The grants of one package, newest first, by status. */
import { Link } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import { dateTime } from "@/shared/lib/format";
import { Empty, ListStates } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { Chip } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";

type Grant = components["schemas"]["GrantOut"];

const STATUSES = ["", "issued", "used", "expired", "refunded", "pending", "rejected", "unknown"] as const;

function useColumns(): Column<Grant>[] {
  const { t, i18n } = useTranslation("rewards");
  const at = (time: string | null) => (time ? dateTime(time, i18n.language) : "–");
  return [
    {
      key: "customer",
      title: t("ledger.customer"),
      main: true,
      render: (grant) => <Link to={`/customers/${grant.customer}` as never}>{grant.customer}</Link>,
    },
    { key: "item", title: t("items"), render: (grant) => String(grant.item.name ?? "") },
    { key: "code", title: t("ledger.code"), render: (grant) => grant.code ?? "–" },
    {
      key: "status",
      title: t("ledger.status"),
      render: (grant) => <Chip>{t(`grantStatus.${grant.status}`)}</Chip>,
    },
    { key: "issued_at", title: t("ledger.issuedAt"), render: (grant) => at(grant.issued_at) },
    { key: "expires_at", title: t("ledger.expiresAt"), render: (grant) => at(grant.expires_at) },
    { key: "order", title: t("ledger.order"), render: (grant) => grant.order_id ?? "–" },
  ];
}

export function Ledger({ id }: { id: string }) {
  const { t } = useTranslation("rewards");
  const [status, setStatus] = useState<string>("");
  const pages = usePages<Grant>("grants", { package: id, status, page_size: 20 });
  const columns = useColumns();
  return (
    <Panel title={t("ledger.title")}>
      <div style={{ overflowX: "auto", marginBottom: 12 }}>
        <Segmented
          aria-label={t("ledger.status")}
          value={status}
          options={STATUSES.map((value) => ({
            value,
            label: t(value ? `grantStatus.${value}` : "grantStatus.all"),
          }))}
          onChange={(next) => setStatus(String(next))}
        />
      </div>
      <ListStates pages={pages} empty={<Empty title={t("ledger.empty")} />}>
        {(items) => (
          <Table columns={columns} items={items} rowKey={(grant) => grant.id} label={t("ledger.title")} />
        )}
      </ListStates>
    </Panel>
  );
}
