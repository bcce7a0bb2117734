/** The tenant's settings: sending rules, members, API keys. Which part is open is in the URL. */
import { Segmented } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useFilters } from "@/shared/ui/filters";
import { PageFrame } from "@/shared/ui/Page";
import { ApiKeys } from "./ApiKeys";
import { Figures } from "./Figures";
import { Members } from "./Members";
import { Quotas } from "./Quotas";
import { Sending } from "./Sending";

const PARTS: Record<string, ComponentType> = {
  sending: Sending,
  figures: Figures,
  members: Members,
  keys: ApiKeys,
  quotas: Quotas,
};

export default function SettingsPage() {
  const { t } = useTranslation("settings");
  const [filters, change] = useFilters();
  const part = filters.part && PARTS[filters.part] ? filters.part : "sending";
  const Part = PARTS[part] ?? Sending;
  return (
    <PageFrame title={t("title")} intro={t("intro")}>
      <div>
        <Segmented
          aria-label={t("title")}
          value={part}
          options={Object.keys(PARTS).map((key) => ({ value: key, label: t(`parts.${key}`) }))}
          onChange={(next) => change({ part: next })}
        />
      </div>
      <Part />
    </PageFrame>
  );
}
