/** Saved audiences: how many people, what changed, where used; narrowed by folder and owner, several at once to compare. */
import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList, usePages } from "@/shared/api/queries";
import type { Audience } from "@/shared/api/types";
import { count, relative } from "@/shared/lib/format";
import { useWords } from "@/shared/rule/catalogue";
import { summaryOf } from "@/shared/rule/model/sentence";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { Chip, Status } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import styles from "./audience.module.css";
import { RestoreButton, SelectionBar } from "./SelectionBar";
import { Sparkline } from "./SizeHistory";

type Chosen = Map<string, string>;

function useColumns(chosen: Chosen, choose: (item: Audience) => void, archived: boolean): Column<Audience>[] {
  const { t, i18n } = useTranslation("audiences");
  const lang = i18n.language;
  const { words } = useWords(lang);
  const what = (item: Audience) =>
    item.rule ? (
      <span className={styles.sentence}>{summaryOf(item.rule, words)}</span>
    ) : (
      <Chip>{t(`kind.${item.kind}`)}</Chip>
    );
  const change = (item: Audience) =>
    item.change ? (
      <span className={styles.number}>
        +{count(item.change.joined, lang)} −{count(item.change.left, lang)}
      </span>
    ) : (
      "–"
    );
  return [
    {
      key: "name",
      title: t("name"),
      main: true,
      render: (item) => (
        <span className={styles.named}>
          {archived ? null : (
            <Checkbox
              aria-label={t("select.one", { name: item.name })}
              checked={chosen.has(item.id)}
              onChange={() => choose(item)}
            />
          )}
          {archived ? item.name : <Link to={`/audiences/${item.id}` as never}>{item.name}</Link>}
          {item.folder ? <Chip>{item.folder}</Chip> : null}
        </span>
      ),
    },
    { key: "rule", title: t("kindLabel"), render: what },
    {
      key: "size",
      title: t("size"),
      align: "end",
      render: (item) => (
        <span className={styles.sized}>
          <Sparkline sizes={item.trend} label={t("trend", { from: item.trend[0], to: item.trend.at(-1) })} />
          {count(item.size, lang)}
        </span>
      ),
    },
    { key: "change", title: t("change.day"), align: "end", render: change },
    {
      key: "computed",
      title: t("computedAt"),
      render: (item) =>
        item.failure ? <Status tone="bad">{t("failed")}</Status> : relative(item.computed_at, lang),
    },
    archived
      ? { key: "restore", title: "", render: (item) => <RestoreButton id={item.id} /> }
      : {
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
      <Button onClick={() => void navigate({ to: "/audiences/overlap" as never })}>
        {t("overlap.open")}
      </Button>
      <Button onClick={() => go("static")}>{t("newStatic")}</Button>
      <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => go("dynamic")}>
        {t("newDynamic")}
      </Button>
    </>
  );
}

interface Narrowing {
  folders: { name: string; count: number }[];
  owners: { name: string; count: number }[];
  archived: number;
}

function Narrow() {
  const { t } = useTranslation("audiences");
  const [filters, change] = useFilters();
  const known = useList<never>("audiences/folders").data as unknown as Narrowing | undefined;
  const pick = (field: "folder" | "owner", values: { name: string; count: number }[] = []) => {
    const named = values.filter((value) => value.name);
    if (!named.length) return null;
    return (
      <Select
        key={field}
        allowClear
        aria-label={t(field)}
        placeholder={t(field)}
        style={{ minWidth: 144 }}
        value={filters[field]}
        options={named.map((value) => ({ value: value.name, label: `${value.name} (${value.count})` }))}
        onChange={(value?: string) => change({ [field]: value })}
      />
    );
  };
  return (
    <div className={styles.row}>
      <SearchBox placeholder={t("search")} />
      {pick("folder", known?.folders)}
      {pick("owner", known?.owners)}
      {known?.archived || filters.archived ? (
        <Checkbox
          checked={filters.archived === "true"}
          onChange={(event) => change({ archived: event.target.checked ? "true" : undefined })}
        >
          {t("archive.show", { n: known?.archived ?? 0 })}
        </Checkbox>
      ) : null}
    </div>
  );
}

export default function AudienceListPage() {
  const { t } = useTranslation("audiences");
  const [{ search, folder, owner, archived }] = useFilters();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const pages = usePages<Audience>("audiences", { search, folder, owner, archived, page_size: 50 });
  const choose = (item: Audience) => {
    const next = new Map(chosen);
    if (!next.delete(item.id)) next.set(item.id, item.name);
    setChosen(next);
  };
  const columns = useColumns(chosen, choose, archived === "true");
  const narrowed = search || folder || owner || archived;
  const empty = narrowed ? (
    <Empty title={t("empty.filtered")} />
  ) : (
    <Empty title={t("empty.title")} text={t("empty.text")} action={<NewButtons />} />
  );
  const open = archived
    ? undefined
    : (item: Audience) => void navigate({ to: `/audiences/${item.id}` as never });
  return (
    <PageFrame title={t("title")} intro={t("intro")} actions={<NewButtons />}>
      <Narrow />
      {chosen.size ? <SelectionBar ids={[...chosen.keys()]} onDone={() => setChosen(new Map())} /> : null}
      <ListStates pages={pages} empty={empty}>
        {(items) => (
          <Table
            columns={columns}
            items={items}
            rowKey={(item) => item.id}
            label={t("title")}
            onOpen={open}
          />
        )}
      </ListStates>
    </PageFrame>
  );
}
