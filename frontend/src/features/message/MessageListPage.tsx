/** 触达记录: the messages of a canvas, run or customer, each as a phone would show it. Filters are in the URL. */
import { Link } from "@tanstack/react-router";
import { Drawer, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useOne, usePages } from "@/shared/api/queries";
import type { CanvasObject, Customer, Message } from "@/shared/api/types";
import { relative } from "@/shared/lib/format";
import { reasonWords } from "@/shared/lib/reason";
import { customerName } from "@/shared/rule/RuleCount";
import { excerpt } from "@/shared/ui/excerpt";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { PhoneFrame } from "@/shared/ui/PhoneFrame";
import { Chip, Status } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import { Facts } from "./Facts";
import { STATUSES, toneOf } from "./status";
import styles from "./message.module.css";

function MessageStatus({ message }: { message: Message }) {
  const { t } = useTranslation("messages");
  const reason = message.reason ? reasonWords(t, message.reason) : "";
  return (
    <span className={styles.state}>
      <Status tone={toneOf(message.status)}>
        {t(`status.${message.status}`, { defaultValue: message.status })}
      </Status>
      {reason ? <span className={styles.reason}>{reason}</span> : null}
    </span>
  );
}

function useColumns(open: (message: Message) => void): Column<Message>[] {
  const { t, i18n } = useTranslation("messages");
  return [
    {
      key: "content",
      title: t("content"),
      main: true,
      render: (item) => (
        <button type="button" className={styles.open} onClick={() => open(item)}>
          {excerpt(item.content) || t("noText")}
        </button>
      ),
    },
    {
      key: "channel",
      title: t("channel"),
      render: (item) => (
        <Chip family="message">{t(`template:channels.${item.channel}`, { defaultValue: item.channel })}</Chip>
      ),
    },
    { key: "to", title: t("to"), render: (item) => item.to ?? "–" },
    { key: "status", title: t("statusLabel"), render: (item) => <MessageStatus message={item} /> },
    {
      key: "created",
      title: t("time"),
      render: (item) => relative(item.sent_at ?? item.created_at, i18n.language),
    },
  ];
}

/** What the list is narrowed to, with the way back to everything. */
function Scope({ canvas, customer }: { canvas?: string; customer?: string }) {
  const { t } = useTranslation("messages");
  const [, change] = useFilters();
  const canvasName = useOne<CanvasObject>("canvases", canvas).data?.name;
  const person = useOne<Customer>("customers", customer).data;
  if (!canvas && !customer) return null;
  return (
    <p className={styles.scope}>
      {canvas ? t("ofCanvas", { name: canvasName ?? canvas }) : null}
      {customer ? t("ofCustomer", { name: person ? customerName(person) : customer }) : null}
      <button
        type="button"
        onClick={() => change({ canvas: undefined, run: undefined, node: undefined, customer: undefined })}
      >
        {t("showAll")}
      </button>
    </p>
  );
}

function Detail({ message, onClose }: { message: Message | null; onClose: () => void }) {
  const { t } = useTranslation("messages");
  return (
    <Drawer open={message !== null} onClose={onClose} size={400} title={t("one")}>
      {message ? (
        <div className={styles.detail}>
          <PhoneFrame channel={message.channel} content={message.content ?? {}} to={message.to} />
          <MessageStatus message={message} />
          <Facts message={message} />
          {message.customer ? (
            <Link to={`/customers/${message.customer}` as never}>{t("toCustomer")} →</Link>
          ) : null}
        </div>
      ) : null}
    </Drawer>
  );
}

export default function MessageListPage() {
  const { t } = useTranslation("messages");
  const [filters, change] = useFilters();
  const [opened, setOpened] = useState<Message | null>(null);
  const { canvas, run, node, customer, status } = filters;
  const pages = usePages<Message>(
    "messages",
    { canvas, run, node, customer, status, page_size: 50 },
    { every: 15_000 },
  );
  const columns = useColumns(setOpened);
  return (
    <PageFrame title={t("title")} intro={t("intro")}>
      <div className={styles.bar}>
        <Select
          aria-label={t("statusLabel")}
          style={{ minWidth: 168 }}
          allowClear
          placeholder={t("anyStatus")}
          value={status}
          options={STATUSES.map((key) => ({ value: key, label: t(`status.${key}`) }))}
          onChange={(next) => change({ status: next })}
        />
        <Scope canvas={canvas} customer={customer} />
      </div>
      <ListStates pages={pages} empty={<Empty title={t("empty.title")} text={t("empty.text")} />}>
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("title")}
            onOpen={setOpened}
          />
        )}
      </ListStates>
      <Detail message={opened} onClose={() => setOpened(null)} />
    </PageFrame>
  );
}
