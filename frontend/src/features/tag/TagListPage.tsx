/** 标签: three layers side by side, how each tag is kept and how many carry it; below, the whole tenant in pictures. */
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/shared/api/queries";
import { count, relative } from "@/shared/lib/format";
import { Empty, ListStates, Skeleton } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { Status } from "@/shared/ui/Status";
import { LAYERS, type Layer, type Tag } from "./api";
import styles from "./tag.module.css";

const TagDrawer = lazy(() => import("./TagDrawer"));
const OverviewPanel = lazy(() => import("./OverviewPanel"));

function TagCard({ tag, onOpen }: { tag: Tag; onOpen: (tag: Tag) => void }) {
  const { t, i18n } = useTranslation("tags");
  return (
    <li>
      <button type="button" className={styles.card} onClick={() => onOpen(tag)}>
        <span className={styles.name}>{tag.name}</span>
        <span className={styles.people}>{t("people", { n: count(tag.customers, i18n.language) })}</span>
        <span className={styles.kept}>
          {tag.error ? (
            <Status tone="bad">{t("failed")}</Status>
          ) : (
            t(`kept.${tag.kept_by}`, { at: relative(tag.refreshed_at, i18n.language) })
          )}
        </span>
      </button>
    </li>
  );
}

function Column({ layer, tags, onOpen }: { layer: Layer; tags: Tag[]; onOpen: (tag: Tag) => void }) {
  const { t } = useTranslation("tags");
  return (
    <section className={styles.column} aria-labelledby={`layer-${layer}`}>
      <h2 id={`layer-${layer}`}>{t(`layer.${layer}`)}</h2>
      <p className={styles.note}>{t(`layerNote.${layer}`)}</p>
      {tags.length ? (
        <ul className={styles.cards}>
          {tags.map((tag) => (
            <TagCard key={tag.id} tag={tag} onOpen={onOpen} />
          ))}
        </ul>
      ) : (
        <p className={styles.note}>{t("noneHere")}</p>
      )}
    </section>
  );
}

export default function TagListPage() {
  const { t } = useTranslation("tags");
  const pages = usePages<Tag>("tags", { page_size: 1000 });
  const [open, setOpen] = useState<Tag | "new" | null>(null);
  const create = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
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
          <div className={styles.columns}>
            {LAYERS.map((layer) => (
              <Column
                key={layer}
                layer={layer}
                tags={items.filter((tag) => tag.layer === layer)}
                onOpen={setOpen}
              />
            ))}
          </div>
        )}
      </ListStates>
      <Suspense fallback={<Skeleton />}>
        <OverviewPanel />
      </Suspense>
      <Suspense>
        {open ? (
          <TagDrawer
            key={open === "new" ? "new" : open.id}
            tag={open === "new" ? null : open}
            onClose={() => setOpen(null)}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}
