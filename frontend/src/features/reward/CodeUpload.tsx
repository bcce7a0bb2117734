/** Filling the code pool of a package: paste or choose a text file; repeats are counted, never added twice. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Result } from "@/shared/api/client";
import { waitForJob } from "@/shared/api/jobs";
import { keys } from "@/shared/api/keys";
import type { Job } from "@/shared/api/types";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./reward.module.css";

export const MOST = 10_000;

export function parseCodes(text: string): string[] {
  return [...new Set(text.split(/[\s,，;；]+/).filter(Boolean))];
}

interface Added {
  added: number;
  duplicates: number;
  available: number;
  errors_url?: string | null;
}

/** The API takes 10,000 at a time; longer lists go in parts. */
async function uploadAll(id: string, codes: string[]): Promise<Result<Added>> {
  const sum: Added = { added: 0, duplicates: 0, available: 0 };
  for (let start = 0; start < codes.length; start += MOST) {
    const result = await api.post<Added>(`/reward-packages/${id}/codes`, {
      codes: codes.slice(start, start + MOST),
    });
    if (!result.data) return result;
    sum.added += result.data.added;
    sum.duplicates += result.data.duplicates;
    sum.available = result.data.available;
  }
  return { data: sum };
}

/** A file goes as it is: a big one becomes a job, whose rows that were left out can be downloaded. */
async function uploadFile(id: string, file: File): Promise<Result<Added>> {
  const body = new FormData();
  body.set("file", file);
  const first = await api.post<Added | Job>(`/reward-packages/${id}/codes`, body);
  if (!first.data || "added" in first.data) return first as Result<Added>;
  const ended = await waitForJob(first as Result<Job>);
  return { ...ended, data: ended.data?.result as Added | undefined } as Result<Added>;
}

export function CodeUpload({ id }: { id: string }) {
  const { t } = useTranslation("rewards");
  const { act, busy } = useAct();
  const [text, setText] = useState("");
  const [result, setResult] = useState<Added | null>(null);
  const codes = parseCodes(text);
  const upload = async (request: () => Promise<Result<Added>>) => {
    setResult(null);
    const { data } = await act(request, { stale: [keys.resource("reward-packages")] });
    if (!data) return;
    setResult(data);
    setText("");
  };
  return (
    <Panel title={t("codes.title")}>
      <p className={styles.hint}>{t("codes.text")}</p>
      <Input.TextArea
        aria-label={t("codes.title")}
        autoSize={{ minRows: 5, maxRows: 14 }}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.uploadRow}>
        <input
          type="file"
          accept=".txt,.csv,text/plain,text/csv"
          aria-label={t("codes.file")}
          disabled={busy}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file) void upload(() => uploadFile(id, file));
          }}
        />
        <Button
          type="primary"
          loading={busy}
          disabled={codes.length === 0}
          onClick={() => void upload(() => uploadAll(id, codes))}
        >
          {t("codes.upload", { n: codes.length })}
        </Button>
      </div>
      {result ? (
        <p role="status">
          {t("codes.result", {
            added: result.added,
            duplicates: result.duplicates,
            available: result.available,
          })}{" "}
          {result.errors_url ? <a href={result.errors_url}>{t("codes.leftOut")}</a> : null}
        </p>
      ) : null}
    </Panel>
  );
}
