/** A draft: what each column becomes, what the first rows would become, and the start. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { useAct } from "@/shared/ui/useAct";
import styles from "./import.module.css";
import { Mapping } from "./Mapping";
import { type FileImport, type Kind, mappingOf, type PreviewRow, type Target } from "./model";
import { Preview } from "./Preview";

interface Options {
  event_name?: string;
  trigger?: boolean;
  name?: string;
}

function OptionFields({
  kind,
  value,
  onChange,
}: {
  kind: Kind;
  value: Options;
  onChange: (next: Options) => void;
}) {
  const { t } = useTranslation("imports");
  if (kind === "customers") return null;
  return (
    <Panel title={t("options.title")}>
      {kind === "events" ? (
        <>
          <label className={styles.field}>
            <span>{t("options.eventName")}</span>
            <Input
              value={value.event_name ?? ""}
              placeholder="order.paid"
              onChange={(event) => onChange({ ...value, event_name: event.target.value || undefined })}
            />
          </label>
          <Checkbox
            checked={!!value.trigger}
            onChange={(event) => onChange({ ...value, trigger: event.target.checked })}
          >
            {t("options.trigger")}
          </Checkbox>
        </>
      ) : (
        <label className={styles.field}>
          <span>{t("options.listName")}</span>
          <Input
            value={value.name ?? ""}
            onChange={(event) => onChange({ ...value, name: event.target.value || undefined })}
          />
        </label>
      )}
    </Panel>
  );
}

export function Draft({ item }: { item: FileImport }) {
  const { t } = useTranslation("imports");
  const { act, busy } = useAct();
  const kind = item.kind as Kind;
  const [targets, setTargets] = useState<(Target | null)[]>(item.columns.map((column) => column.target));
  const [options, setOptions] = useState<Options>(
    kind === "audience" ? { name: item.name.replace(/\.[^.]+$/, "") } : {},
  );
  const asked = { mapping: mappingOf(targets), options };
  const preview = useQuery({
    queryKey: keys.part("imports", item.id, "preview", asked),
    queryFn: () => fetched(api.post<{ rows: PreviewRow[] }>(`/imports/${item.id}/preview`, asked)),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const start = () =>
    act(() => api.post(`/imports/${item.id}/start`, asked), { stale: [keys.resource("imports")] });
  return (
    <>
      <Panel title={t("mapping.title")}>
        <p className={styles.hint}>{t("mapping.text")}</p>
        <Mapping kind={kind} columns={item.columns} targets={targets} onChange={setTargets} />
      </Panel>
      <OptionFields kind={kind} value={options} onChange={setOptions} />
      <Panel title={t("preview.title")}>
        {preview.isError ? (
          <ProblemNote error={preview.error} />
        ) : (
          <Preview columns={item.columns} targets={targets} rows={preview.data?.rows} />
        )}
      </Panel>
      <div className={styles.start}>
        <Button
          type="primary"
          size="large"
          loading={busy}
          disabled={preview.isError}
          onClick={() => void start()}
        >
          {t("start")}
        </Button>
      </div>
    </>
  );
}
