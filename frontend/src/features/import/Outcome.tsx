/** An import that runs or has ended: progress, counts, the wrong rows to fetch, and taking it back. */
import { DownloadOutlined, UndoOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { count } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Figure } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./import.module.css";
import { type FileImport, isOpen } from "./model";

export function Outcome({ item }: { item: FileImport }) {
  const { t, i18n } = useTranslation("imports");
  const lang = i18n.language;
  const figures =
    item.kind === "customers"
      ? (["created", "updated", "rejected"] as const)
      : item.kind === "events"
        ? (["created", "repeated", "rejected"] as const)
        : (["created", "rejected"] as const);
  return (
    <>
      {isOpen(item.status) ? <Running item={item} /> : null}
      <Panel title={t("outcome.title")}>
        {item.error ? (
          <p role="alert" className={styles.wrongText}>
            {String(item.error.detail ?? item.error.title ?? "")}
          </p>
        ) : null}
        <div className={styles.figures}>
          {figures.map((name) => (
            <Figure
              key={name}
              label={t(`figure.${item.kind}.${name}`, { defaultValue: name })}
              value={count(item[name], lang)}
            />
          ))}
        </div>
        <div className={styles.actions}>
          {item.errors_url ? (
            <Button icon={<DownloadOutlined aria-hidden />} href={item.errors_url} download>
              {t("outcome.download", { n: item.rejected })}
            </Button>
          ) : null}
          {typeof item.result?.audience === "string" ? (
            <Link to={`/audiences/${item.result.audience}` as never}>{t("outcome.audience")}</Link>
          ) : null}
          {item.status === "succeeded" && item.kind === "customers" ? (
            <Link to={"/customers" as never}>{t("outcome.customers")}</Link>
          ) : null}
          {item.undoable ? <Undo item={item} /> : null}
        </div>
        {item.errors_url ? <p className={styles.hint}>{t("outcome.advice")}</p> : null}
      </Panel>
      {item.undone && item.status === "undone" ? <Undone item={item} /> : null}
    </>
  );
}

function Running({ item }: { item: FileImport }) {
  const { t, i18n } = useTranslation("imports");
  const { act, busy } = useAct();
  const undoing = item.status === "undoing";
  const stop = () =>
    act(() => api.post(`/jobs/${item.job}/cancel`), { stale: [keys.one("imports", item.id)] });
  const total = item.total ?? 0;
  return (
    <Panel title={t(`status.${item.status}`, { defaultValue: item.status })}>
      <progress
        className={styles.progress}
        aria-label={t("progress")}
        max={Math.max(total, 1)}
        value={undoing || !total ? undefined : item.done}
      />
      <div className={styles.actions}>
        <span>
          {undoing
            ? t("undo.running")
            : t("rows", {
                done: count(item.done, i18n.language),
                total: total ? count(total, i18n.language) : "…",
              })}
        </span>
        {undoing ? null : (
          <Button loading={busy} onClick={() => void stop()}>
            {t("stop")}
          </Button>
        )}
      </div>
    </Panel>
  );
}

function Undo({ item }: { item: FileImport }) {
  const { t } = useTranslation("imports");
  const { modal } = App.useApp();
  const { act } = useAct();
  const ask = () =>
    modal.confirm({
      title: t("undo.title"),
      content: t("undo.text"),
      okText: t("undo.button"),
      okButtonProps: { danger: true },
      onOk: async () => {
        await act(() => api.post(`/imports/${item.id}/undo`), {
          stale: [keys.resource("imports"), keys.resource("customers")],
        });
      },
    });
  return (
    <Button danger type="text" icon={<UndoOutlined aria-hidden />} onClick={ask}>
      {t("undo.button")}
    </Button>
  );
}

function Undone({ item }: { item: FileImport }) {
  const { t, i18n } = useTranslation("imports");
  const sums = item.undone as Record<string, number>;
  return (
    <Panel title={t("undo.done")}>
      <div className={styles.figures}>
        {["removed", "restored", "kept", "left"].map((name) => (
          <Figure key={name} label={t(`undo.${name}`)} value={count(sums[name] ?? 0, i18n.language)} />
        ))}
      </div>
      {item.left_url ? (
        <div className={styles.actions}>
          <Button icon={<DownloadOutlined aria-hidden />} href={item.left_url} download>
            {t("undo.download")}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
