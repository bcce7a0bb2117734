/** Accounts at the providers through which messages leave. */
import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useCatalogue, usePages } from "@/shared/api/queries";
import type { ChannelAccount, ChannelProvider, Page } from "@/shared/api/types";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { Chip, Status } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import { isWaiting, listOf, providerName } from "./providers";

function useColumns(): Column<ChannelAccount>[] {
  const { t, i18n } = useTranslation("channels");
  const catalogue = listOf(useCatalogue<Page<ChannelProvider> | ChannelProvider[]>("channel-providers").data);
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => <Link to={`/channels/${item.id}` as never}>{item.name}</Link>,
    },
    {
      key: "channel",
      title: t("channel"),
      render: (item) => (
        <Chip family="message">{t(`template:channels.${item.channel}`, { defaultValue: item.channel })}</Chip>
      ),
    },
    { key: "provider", title: t("provider"), render: (item) => providerName(catalogue, item, i18n.language) },
    {
      key: "rate",
      title: t("rate"),
      align: "end",
      render: (item) =>
        item.limits?.per_second ? t("perSecond", { n: item.limits.per_second }) : t("noLimit"),
    },
    {
      key: "status",
      title: t("status"),
      render: (item) => (
        <Status tone={item.status === "active" && !isWaiting(item) ? "good" : "warn"}>
          {t(`states.${isWaiting(item) ? "waits" : item.status}`)}
        </Status>
      ),
    },
  ];
}

export default function AccountListPage() {
  const { t } = useTranslation("channels");
  const navigate = useNavigate();
  const pages = usePages<ChannelAccount>("channel-accounts", { page_size: 50 });
  const columns = useColumns();
  const create = (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => void navigate({ to: "/channels/new" as never })}
    >
      {t("new")}
    </Button>
  );
  return (
    <PageFrame title={t("title")} intro={t("intro")} actions={create}>
      <ListStates
        pages={pages}
        empty={<Empty title={t("empty.title")} text={t("empty.text")} action={create} />}
      >
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("title")}
            onOpen={(item) => void navigate({ to: `/channels/${item.id}` as never })}
          />
        )}
      </ListStates>
    </PageFrame>
  );
}
