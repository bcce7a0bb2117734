/** Filling the code pool of a package: paste or choose a text file; repeats are counted, never added twice. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
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
}

/** The API takes 10,000 at a time; longer lists go in parts. */
async function uploadAll(
  id: string,
  codes: string[],
): Promise<{ data?: Added; problem?: never } | Awaited<ReturnType<typeof api.post<Added>>>> {
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

export function CodeUpload({ id }: { id: string }) {
  const { t } = useTranslation("rewards");
  const { act, busy } = useAct();
  const [text, setText] = useState("");
  const [result, setResult] = useState<Added | null>(null);
  const codes = parseCodes(text);
  const upload = async () => {
    const { data } = await act(() => uploadAll(id, codes), { stale: [keys.resource("reward-packages")] });
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
          onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
        />
        <Button type="primary" loading={busy} disabled={codes.length === 0} onClick={() => void upload()}>
          {t("codes.upload", { n: codes.length })}
        </Button>
      </div>
      {result ? (
        <p role="status">
          {t("codes.result", {
            added: result.added,
            duplicates: result.duplicates,
            available: result.available,
          })}
        </p>
      ) : null}
    </Panel>
  );
}
