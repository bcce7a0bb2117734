/** What can be done with a saved audience beside editing: file, copy, archive. Destructive acts say how many people it is about. */
import { useNavigate } from "@tanstack/react-router";
import { App, Checkbox, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { API, api } from "@/shared/api/client";
import { waitForJob } from "@/shared/api/jobs";
import { keys } from "@/shared/api/keys";
import { useCatalogue } from "@/shared/api/queries";
import type { Audience, Job } from "@/shared/api/types";
import { count } from "@/shared/lib/format";
import { MoreMenu } from "@/shared/ui/MoreMenu";
import { useAct } from "@/shared/ui/useAct";
import styles from "./audience.module.css";

export function AudienceActions({ audience }: { audience: Audience }) {
  const { t, i18n } = useTranslation("audiences");
  const { modal } = App.useApp();
  const { act } = useAct();
  const navigate = useNavigate();
  const [exporting, setExporting] = useState(false);
  const stale = [keys.resource("audiences")];
  const duplicate = async () => {
    const { data } = await act(() => api.post<Audience>(`/audiences/${audience.id}/duplicate`), { stale });
    if (data) void navigate({ to: `/audiences/${data.id}` as never });
  };
  const away = async (request: () => ReturnType<typeof api.post>, done: string) => {
    const { problem } = await act(request, { stale: [keys.lists("audiences")], done });
    if (!problem) void navigate({ to: "/audiences" as never });
  };
  const ask = (kind: "archive" | "delete") =>
    modal.confirm({
      title: t(`${kind}.title`, { name: audience.name }),
      content: t(`${kind}.text`, { n: count(audience.size, i18n.language) }),
      okText: t(`${kind}.ok`),
      okButtonProps: { danger: true },
      onOk: () =>
        kind === "archive"
          ? away(() => api.post(`/audiences/${audience.id}/archive`), t("archive.done"))
          : away(() => api.delete(`/audiences/${audience.id}`), t("common:deleted")),
    });
  return (
    <>
      <MoreMenu
        label={t("more")}
        items={[
          { key: "export", label: t("export.title"), onClick: () => setExporting(true) },
          { key: "duplicate", label: t("duplicate"), onClick: () => void duplicate() },
          { key: "archive", label: t("archive.ok"), onClick: () => ask("archive") },
          { key: "delete", label: t("delete.ok"), danger: true, onClick: () => ask("delete") },
        ]}
      />
      {exporting ? <ExportDialog audience={audience} onClose={() => setExporting(false)} /> : null}
    </>
  );
}

interface Known {
  results: { key: string; label: string; sensitive: boolean }[];
  may_reveal: boolean;
}

const FIRST = ["external_id", "identity.phone", "identity.email", "tags"];

function ExportDialog({ audience, onClose }: { audience: Audience; onClose: () => void }) {
  const { t, i18n } = useTranslation("audiences");
  const { message } = App.useApp();
  const { act, busy } = useAct();
  const known = useCatalogue<Known>("audiences/export-columns");
  const [columns, setColumns] = useState(FIRST);
  const [format, setFormat] = useState("csv");
  const [plain, setPlain] = useState(false);
  const start = async () => {
    const body = { format, columns, plain };
    const { data } = await act(async () =>
      waitForJob(await api.post<Job>(`/audiences/${audience.id}/export`, body)),
    );
    if (!data) return;
    if (data.status !== "succeeded" || !data.file_url) {
      void message.error(data.error?.detail ?? t("export.failed"));
      return;
    }
    window.location.assign(data.file_url.startsWith(API) ? data.file_url : `${API}${data.file_url}`);
    onClose();
  };
  return (
    <Modal
      open
      title={t("export.title")}
      okText={t("export.start", { n: count(audience.size, i18n.language) })}
      cancelText={t("common:actions.cancel")}
      confirmLoading={busy}
      okButtonProps={{ disabled: columns.length === 0 }}
      onOk={() => void start()}
      onCancel={onClose}
    >
      <div className={styles.stack}>
        <Radio.Group
          aria-label={t("export.format")}
          value={format}
          onChange={(event) => setFormat(event.target.value)}
          options={[
            { value: "csv", label: "CSV" },
            { value: "xlsx", label: "Excel (XLSX)" },
          ]}
        />
        <Checkbox.Group
          className={styles.columnsToChoose}
          value={columns}
          onChange={(values) => setColumns(values)}
          options={(known.data?.results ?? []).map((column) => ({ value: column.key, label: column.label }))}
        />
        {known.data?.may_reveal ? (
          <Checkbox checked={plain} onChange={(event) => setPlain(event.target.checked)}>
            {t("export.plain")}
          </Checkbox>
        ) : null}
        <p className={styles.hint}>{t(plain ? "export.plainText" : "export.masked")}</p>
      </div>
    </Modal>
  );
}
