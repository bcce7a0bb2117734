/** What can be done with the audiences that are ticked in the list; and bringing back an archived one. */
import { useNavigate } from "@tanstack/react-router";
import { Button, Input, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { waitForJob } from "@/shared/api/jobs";
import { keys } from "@/shared/api/keys";
import type { Job } from "@/shared/api/types";
import { useAct } from "@/shared/ui/useAct";
import styles from "./audience.module.css";
import { MOST } from "./model/overlap";

export function SelectionBar({ ids, onDone }: { ids: string[]; onDone: () => void }) {
  const { t } = useTranslation("audiences");
  const navigate = useNavigate();
  const { act, busy } = useAct();
  const [folder, setFolder] = useState("");
  const stale = [keys.resource("audiences"), keys.lists("audiences/folders")];
  const compare = () =>
    void navigate({ to: "/audiences/overlap" as never, search: { ids: ids.join(".") } as never });
  const refresh = () =>
    act(async () => waitForJob(await api.post<Job>("/audiences/refresh", { audiences: ids })), {
      stale,
      done: t("refreshed"),
    });
  const move = async () => {
    const body = { audiences: ids, folder: folder.trim() };
    const { problem } = await act(() => api.post("/audiences/move", body), {
      stale,
      done: t("select.moved"),
    });
    if (!problem) onDone();
  };
  return (
    <div className={styles.selection} role="region" aria-label={t("select.bar")}>
      <b>{t("select.count", { n: ids.length })}</b>
      <Button disabled={ids.length < 2 || ids.length > MOST} onClick={compare}>
        {t("overlap.compare", { n: MOST })}
      </Button>
      <Popover
        trigger="click"
        content={
          <form
            className={styles.row}
            onSubmit={(event) => {
              event.preventDefault();
              void move();
            }}
          >
            <Input
              aria-label={t("folder")}
              placeholder={t("select.folder")}
              value={folder}
              maxLength={100}
              onChange={(event) => setFolder(event.target.value)}
            />
            <Button htmlType="submit" type="primary">
              {t("select.move")}
            </Button>
          </form>
        }
      >
        <Button>{t("select.toFolder")}</Button>
      </Popover>
      <Button loading={busy} onClick={() => void refresh()}>
        {t("refresh")}
      </Button>
      <Button type="text" onClick={onDone}>
        {t("common:actions.cancel")}
      </Button>
    </div>
  );
}

export function RestoreButton({ id }: { id: string }) {
  const { t } = useTranslation("audiences");
  const { act, busy } = useAct();
  const restore = () =>
    act(() => api.post(`/audiences/${id}/restore`), {
      stale: [keys.resource("audiences"), keys.lists("audiences/folders")],
      done: t("archive.restored"),
    });
  return (
    <Button loading={busy} onClick={() => void restore()}>
      {t("archive.restore")}
    </Button>
  );
}
