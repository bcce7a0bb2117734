/** 任务: what people have to do, made by canvases; done or left aside with one press, and back again. Filters are in the URL. */
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList, usePages } from "@/shared/api/queries";
import type { Approval, CanvasObject, Staff, StaffTask } from "@/shared/api/types";
import { dateTime, relative } from "@/shared/lib/format";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { Status, type Tone } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import { Rates } from "./Rates";
import styles from "./task.module.css";
import { useClosing } from "./useClosing";

const STATUSES = ["open", "done", "dismissed"];
const TONES: Record<string, Tone> = { open: "warn", done: "good", dismissed: "quiet" };
const ALL = { page_size: 1000 };

function What({ task }: { task: StaffTask }) {
  return (
    <div className={styles.what}>
      <span className={styles.title}>{task.title}</span>
      {task.text ? <span className={styles.text}>{task.text}</span> : null}
      <Link to={`/canvases/${task.canvas.id}` as never} className={styles.from}>
        {task.canvas.name ?? task.canvas.id}
      </Link>
    </div>
  );
}

function When({ task }: { task: StaffTask }) {
  const { t, i18n } = useTranslation("tasks");
  const [now] = useState(Date.now);
  if (task.done_at)
    return <>{t("doneBy", { at: relative(task.done_at, i18n.language), by: task.done_by })}</>;
  if (!task.due_at) return <>{t("noDue")}</>;
  const late = Date.parse(task.due_at) < now;
  return <span className={late ? styles.late : undefined}>{dateTime(task.due_at, i18n.language)}</span>;
}

function Acts({ task }: { task: StaffTask }) {
  const { t } = useTranslation("tasks");
  const { close, reopen, busy } = useClosing();
  if (task.status !== "open") {
    return (
      <Button size="small" loading={busy} onClick={() => void reopen(task)}>
        {t("reopen")}
      </Button>
    );
  }
  return (
    <span className={styles.acts}>
      <Button size="small" type="primary" loading={busy} onClick={() => void close(task, "done")}>
        {t("done")}
      </Button>
      <Button size="small" disabled={busy} onClick={() => void close(task, "dismiss")}>
        {t("dismiss")}
      </Button>
    </span>
  );
}

function useColumns(): Column<StaffTask>[] {
  const { t } = useTranslation("tasks");
  return [
    { key: "what", title: t("what"), main: true, render: (task) => <What task={task} /> },
    {
      key: "customer",
      title: t("customer"),
      render: ({ customer }) =>
        customer ? (
          <Link to={`/customers/${customer.id}` as never}>{customer.name ?? customer.id}</Link>
        ) : (
          "–"
        ),
    },
    { key: "staff", title: t("staff"), render: (task) => task.staff?.name ?? task.owner ?? "–" },
    { key: "due", title: t("due"), render: (task) => <When task={task} /> },
    {
      key: "status",
      title: t("statusLabel"),
      render: (task) => <Status tone={TONES[task.status] ?? "quiet"}>{t(`status.${task.status}`)}</Status>,
    },
    { key: "acts", title: t("acts"), align: "end", render: (task) => <Acts task={task} /> },
  ];
}

function Bar() {
  const { t } = useTranslation("tasks");
  const [filters, change] = useFilters();
  const staff = useList<Staff>("staff", ALL).data?.results ?? [];
  const canvases = useList<CanvasObject>("canvases", ALL).data?.results ?? [];
  const named = (items: { id: string; name: string }[]) =>
    items.map(({ id, name }) => ({ value: String(id), label: name }));
  const choices = [
    {
      key: "status",
      any: t("anyStatus"),
      options: STATUSES.map((value) => ({ value, label: t(`status.${value}`) })),
    },
    { key: "staff", any: t("anyStaff"), options: named(staff) },
    { key: "canvas", any: t("anyCanvas"), options: named(canvases) },
  ];
  return (
    <div className={styles.bar}>
      {choices.map(({ key, any, options }) => (
        <Select
          key={key}
          aria-label={any}
          className={styles.choice}
          allowClear
          showSearch={options.length > 8 ? { optionFilterProp: "label" } : false}
          placeholder={any}
          value={filters[key]}
          options={options}
          onChange={(next) => change({ [key]: next })}
        />
      ))}
    </div>
  );
}

/** The way to what waits for somebody's agreement. */
function Approvals() {
  const { t } = useTranslation("tasks");
  const waiting = useList<Approval>("approvals", { status: "awaiting_approval" }).data?.results ?? [];
  return <Link to={"/approvals" as never}>{t("approvals", { count: waiting.length })}</Link>;
}

export default function TaskListPage() {
  const { t } = useTranslation("tasks");
  const [{ status, staff, canvas, customer }] = useFilters();
  const pages = usePages<StaffTask>(
    "staff-tasks",
    { status, staff, canvas, customer, page_size: 50 },
    { every: 30_000 },
  );
  const columns = useColumns();
  const narrowed = Boolean(status ?? staff ?? canvas ?? customer);
  const begin = (
    <Button type="primary" href="/canvases">
      {t("empty.action")}
    </Button>
  );
  return (
    <PageFrame title={t("title")} intro={t("intro")} actions={<Approvals />}>
      <Bar />
      <Rates filters={{ staff, canvas, customer }} />
      <ListStates
        pages={pages}
        empty={
          narrowed ? (
            <Empty title={t("nothing.title")} text={t("nothing.text")} />
          ) : (
            <Empty title={t("empty.title")} text={t("empty.text")} action={begin} />
          )
        }
      >
        {(items) => <Table columns={columns} items={items} rowKey={(task) => task.id} label={t("title")} />}
      </ListStates>
    </PageFrame>
  );
}
