/** A place to drop a file, or to choose one with mouse or keyboard; uploads it and opens the import. */
import { InboxOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Spin } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useAct } from "@/shared/ui/useAct";
import styles from "./import.module.css";
import type { FileImport, Kind } from "./model";

export function DropFile({ kind }: { kind: Kind }) {
  const { t } = useTranslation("imports");
  const { act, busy } = useAct();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const send = async (file: File | undefined) => {
    if (!file) return;
    const form = new FormData();
    form.append("kind", kind);
    form.append("file", file);
    const { data } = await act(() => api.post<FileImport>("/imports", form), {
      stale: [keys.lists("imports")],
    });
    if (input.current) input.current.value = "";
    if (data) void navigate({ to: `/imports/${data.id}` as never });
  };
  return (
    <Spin spinning={busy}>
      <div
        className={`${styles.drop} ${over ? styles.over : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void send(event.dataTransfer.files[0]);
        }}
      >
        <InboxOutlined className={styles.dropIcon} aria-hidden />
        <label className={styles.choose}>
          <span>{t("drop.choose")}</span>
          <input
            ref={input}
            type="file"
            accept=".csv,.txt,.tsv,.xlsx"
            onChange={(event) => void send(event.target.files?.[0])}
          />
        </label>
        <p>{t("drop.or")}</p>
        <p className={styles.hint}>{t("drop.hint")}</p>
      </div>
    </Spin>
  );
}
