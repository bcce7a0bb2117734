/** How up to five audiences overlap: every region as a bar with its dots, two or three also as circles; a region leads on. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import type { Audience } from "@/shared/api/types";
import { count } from "@/shared/lib/format";
import { useFilters } from "@/shared/ui/filters";
import { Empty, Skeleton } from "@/shared/ui/List";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import styles from "./audience.module.css";
import { circles, drawn, labelPlace, MOST, type Overlap, type Region } from "./model/overlap";
import { RegionPeople } from "./RegionPeople";

export default function OverlapPage() {
  const { t } = useTranslation("audiences");
  const [{ ids: asked = "" }, change] = useFilters();
  const ids = asked.split(".").filter(Boolean).slice(0, MOST);
  const known = useList<Audience>("audiences", { page_size: 200 });
  return (
    <PageFrame
      back={{ to: "/audiences", label: t("title") }}
      title={t("overlap.title")}
      intro={t("overlap.intro")}
    >
      <Select
        mode="multiple"
        maxCount={MOST}
        aria-label={t("overlap.pick")}
        placeholder={t("overlap.pick")}
        value={ids}
        optionFilterProp="label"
        options={(known.data?.results ?? []).map((item) => ({ value: item.id, label: item.name }))}
        onChange={(values: string[]) => change({ ids: values.join(".") || undefined })}
      />
      {ids.length < 2 ? (
        <Empty title={t("overlap.few")} text={t("overlap.fewText")} />
      ) : (
        <Picture key={asked} ids={ids} />
      )}
    </PageFrame>
  );
}

function Picture({ ids }: { ids: string[] }) {
  const { t, i18n } = useTranslation("audiences");
  const [region, setRegion] = useState<Region | null>(null);
  const found = useQuery({
    queryKey: ["audiences", "overlap", ids.join(".")],
    queryFn: () => fetched(api.post<Overlap>("/audiences/overlap", { audiences: ids })),
  });
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton />;
  const sum = { any: count(found.data.any, i18n.language), all: count(found.data.all, i18n.language) };
  return (
    <>
      <Panel
        title={t("overlap.regions")}
        extra={<span className={styles.hint}>{t("overlap.sum", sum)}</span>}
      >
        <div className={styles.overlap}>
          {ids.length <= 3 ? <Venn overlap={found.data} onPick={setRegion} /> : null}
          <UpSet overlap={found.data} picked={region} onPick={setRegion} />
        </div>
      </Panel>
      {region ? <RegionPeople key={region.in.join(".")} region={region} all={found.data.audiences} /> : null}
    </>
  );
}

interface DrawingProps {
  overlap: Overlap;
  onPick: (region: Region) => void;
}

function Venn({ overlap, onPick }: DrawingProps) {
  const { t, i18n } = useTranslation("audiences");
  const all = circles(overlap.audiences.map((audience) => audience.id));
  return (
    <svg viewBox="0 0 230 210" className={styles.venn} role="img" aria-label={t("overlap.venn")}>
      {all.map((circle, index) => (
        <g key={circle.id}>
          <circle cx={circle.x} cy={circle.y} r="62" className={styles[`venn${index}`]} />
          <text
            x={index === 0 ? 8 : index === 1 ? 222 : 115}
            y={index === 2 ? 208 : 12}
            textAnchor={["start", "end", "middle"][index] as "start"}
            className={styles.vennName}
          >
            {overlap.audiences[index]?.name.slice(0, 12)}
          </text>
        </g>
      ))}
      {overlap.regions.map((region) => {
        const [x, y] = labelPlace(region, all);
        return (
          // The bars beside it are the control for the keyboard.
          <text
            key={region.in.join(".")}
            x={x}
            y={y + 4}
            textAnchor="middle"
            className={styles.vennCount}
            onClick={() => onPick(region)}
          >
            {count(region.count, i18n.language)}
          </text>
        );
      })}
    </svg>
  );
}

function UpSet({ overlap, picked, onPick }: DrawingProps & { picked: Region | null }) {
  const { t, i18n } = useTranslation("audiences");
  const lang = i18n.language;
  const regions = drawn(overlap.regions);
  const most = regions[0]?.count ?? 1;
  if (!regions.length) return <p className={styles.hint}>{t("overlap.empty")}</p>;
  const nameOf = (id: string) => overlap.audiences.find((audience) => audience.id === id)?.name ?? id;
  return (
    <div
      className={styles.upset}
      style={{ gridTemplateRows: `auto repeat(${overlap.audiences.length}, 28px)` }}
    >
      <div className={styles.upsetNames}>
        <span />
        {overlap.audiences.map((audience) => (
          <span key={audience.id} title={audience.name}>
            {audience.name} <small>{count(audience.size, lang)}</small>
          </span>
        ))}
      </div>
      {regions.map((region) => (
        <button
          key={region.in.join(".")}
          type="button"
          className={styles.upsetColumn}
          aria-pressed={picked === region}
          aria-label={t("overlap.only", {
            names: region.in.map(nameOf).join("、"),
            n: count(region.count, lang),
          })}
          onClick={() => onPick(region)}
        >
          <span className={styles.upsetBar}>
            <small>{count(region.count, lang)}</small>
            <i style={{ height: `${Math.max(2, (region.count / most) * 128)}px` }} />
          </span>
          {overlap.audiences.map((audience) => (
            <span key={audience.id} className={styles.upsetDot}>
              <i data-in={region.in.includes(audience.id)} />
            </span>
          ))}
        </button>
      ))}
    </div>
  );
}
