/** Who was merged into this customer, by whom and when, and the way back. */
import { App, Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import type { Customer } from "@/shared/api/types";
import { dateTime } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Status } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { staleOf } from "./stale";
import { actorName } from "./Timeline";

type Merge = components["schemas"]["MergeShown"];

const MergeDialog = lazy(() => import("./MergeDialog"));

export function MergeButton({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("merge.button")}</Button>
      {open ? (
        <Suspense fallback={null}>
          <MergeDialog customer={customer} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

export function Merges({ id }: { id: string }) {
  const { t, i18n } = useTranslation("customers");
  const { modal } = App.useApp();
  const { act, busy } = useAct();
  const merges = useList<Merge>(`customers/${id}/merges`).data?.results ?? [];
  const undo = (one: Merge) =>
    modal.confirm({
      title: t("merge.undoTitle"),
      content: t("merge.undoText"),
      onOk: async () =>
        void (await act(() => api.post(`/customers/${id}/merges/${one.id}/undo`), {
          stale: staleOf(id),
          done: t("merge.undone"),
        })),
    });
  if (merges.length === 0) return null;
  return (
    <Panel title={t("merge.history")}>
      <ul className={styles.identityList}>
        {merges.map((one) => (
          <li key={one.id}>
            <div>{one.name ?? one.external_id ?? `#${one.merged}`}</div>
            <p className={styles.hint}>
              {t("merge.by", { actor: actorName(t, one.actor), when: dateTime(one.at, i18n.language) })}
            </p>
            {one.undone_at ? <Status tone="quiet">{t("merge.wasUndone")}</Status> : null}
            {one.undo_until ? (
              <Button size="small" loading={busy} onClick={() => undo(one)}>
                {t("merge.undo")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
