/** Home: the tenant's canvases with their state and what they did, and the way to a new one. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import type { CanvasListItem } from "@/shared/api/types";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { SearchBox } from "@/shared/ui/SearchBox";
import { CanvasCard } from "./CanvasCard";
import styles from "./canvasList.module.css";

/** Read when it is first opened: most visits to the list make nothing new. */
const NewCanvasDialog = lazy(() => import("./NewCanvasDialog"));

const STATES = ["all", "live", "draft", "paused", "ended", "archived"];
const KINDS = ["all", "scheduled", "triggered"];

function FilterBar() {
  const { t } = useTranslation("canvases");
  const [filters, change] = useFilters();
  const pickOne = (name: string, words: string, values: string[]) => (
    <Segmented
      aria-label={t(`${words}.label`)}
      value={filters[name] ?? "all"}
      options={values.map((value) => ({ value, label: t(`${words}.${value}`) }))}
      onChange={(value) => change({ [name]: value === "all" ? undefined : value })}
    />
  );
  return (
    <div className={styles.filters}>
      {pickOne("status", "status", STATES)}
      {pickOne("kind", "kind", KINDS)}
      <SearchBox placeholder={t("search")} />
    </div>
  );
}

export default function CanvasListPage() {
  const { t } = useTranslation("canvases");
  const [filters] = useFilters();
  const [creating, setCreating] = useState(false);
  const { status, kind, search } = filters;
  const pages = usePages<CanvasListItem>(
    "canvases",
    { status, kind, search, page_size: 48 },
    { every: 30_000 },
  );
  const create = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t("new.button")}
    </Button>
  );
  const filtered = Boolean(status || kind || search);
  const empty = filtered ? (
    <Empty title={t("empty.filtered")} text={t("empty.filteredText")} />
  ) : (
    <Empty title={t("empty.title")} text={t("empty.text")} action={create} />
  );
  return (
    <PageFrame title={t("title")} intro={t("intro")} actions={create}>
      <FilterBar />
      <ListStates pages={pages} empty={empty} skeleton="cards">
        {(items) => (
          <ul className={styles.cards}>
            {items.map((item) => (
              <li key={item.id}>
                <CanvasCard canvas={item} />
              </li>
            ))}
          </ul>
        )}
      </ListStates>
      <Suspense>{creating ? <NewCanvasDialog onClose={() => setCreating(false)} /> : null}</Suspense>
    </PageFrame>
  );
}
