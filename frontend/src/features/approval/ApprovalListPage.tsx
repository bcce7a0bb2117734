/** 审批: canvases that somebody asks to publish, to agree to or refuse; made for a phone. What was decided is in the URL's filter. */
import { Link } from "@tanstack/react-router";
import { Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { usePages, useSession } from "@/shared/api/queries";
import type { Approval } from "@/shared/api/types";
import { relative } from "@/shared/lib/format";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { Status, type Tone } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./approval.module.css";

const STATUSES = ["awaiting_approval", "approved", "rejected", "withdrawn"];
const TONES: Record<string, Tone> = {
  awaiting_approval: "warn",
  approved: "good",
  rejected: "bad",
  withdrawn: "quiet",
};
const MAY_AGREE = new Set(["owner", "manager", "approver"]);
const STALE = [keys.resource("approvals"), keys.resource("canvases")];

type Act = "approve" | "reject";

export default function ApprovalListPage() {
  const { t } = useTranslation("approvals");
  const [filters, change] = useFilters();
  const status = STATUSES.includes(filters.status ?? "") ? filters.status : STATUSES[0];
  const pages = usePages<Approval>("approvals", { status, page_size: 50 }, { every: 30_000 });
  return (
    <PageFrame title={t("title")} intro={t("intro")} back={{ to: "/tasks", label: t("back") }}>
      <div>
        <Segmented
          aria-label={t("statusLabel")}
          value={status}
          options={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          onChange={(next) => change({ status: next })}
        />
      </div>
      <ListStates pages={pages} empty={<Empty title={t("empty.title")} text={t("empty.text")} />}>
        {(items) => (
          <ul className={styles.list}>
            {items.map((asked) => (
              <Card key={asked.id} asked={asked} />
            ))}
          </ul>
        )}
      </ListStates>
    </PageFrame>
  );
}

function Card({ asked }: { asked: Approval }) {
  const { t, i18n } = useTranslation("approvals");
  const session = useSession().data;
  const [deciding, setDeciding] = useState<Act | null>(null);
  const waiting = asked.status === "awaiting_approval";
  const own = session?.user?.username === asked.asked_by;
  const may = MAY_AGREE.has(session?.role ?? "") && waiting && !own;
  const { name, in_flight } = asked.publish;
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <Link to={`/canvases/${asked.canvas.id}` as never} className={styles.name}>
          {asked.canvas.name}
        </Link>
        <Status tone={TONES[asked.status] ?? "quiet"}>{t(`status.${asked.status}`)}</Status>
      </div>
      <p>{t("asked", { by: asked.asked_by, at: relative(asked.asked_at, i18n.language) })}</p>
      <p className={styles.quiet}>
        {[t(`kind.${asked.canvas.kind}`), name, t(`inFlight.${in_flight ?? "finish"}`)]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {waiting && asked.changed ? <p className={styles.changed}>{t("changed")}</p> : null}
      {asked.decided_at ? (
        <p className={styles.quiet}>
          {t("decided", { by: asked.decided_by, at: relative(asked.decided_at, i18n.language) })}
          {asked.comment ? `: ${asked.comment}` : ""}
        </p>
      ) : null}
      {waiting && own ? <p className={styles.quiet}>{t("own")}</p> : null}
      {may ? (
        <div className={styles.acts}>
          <Button type="primary" disabled={asked.changed} onClick={() => setDeciding("approve")}>
            {t("approve")}
          </Button>
          <Button danger onClick={() => setDeciding("reject")}>
            {t("reject")}
          </Button>
        </div>
      ) : null}
      {deciding ? <Decision asked={asked} how={deciding} onClose={() => setDeciding(null)} /> : null}
    </li>
  );
}

function Decision({ asked, how, onClose }: { asked: Approval; how: Act; onClose: () => void }) {
  const { t } = useTranslation("approvals");
  const { act, busy } = useAct();
  const [comment, setComment] = useState("");
  const said = comment.trim();
  const decide = async () => {
    const path = `/canvases/${asked.canvas.id}/${how}`;
    const done = t(`done.${how}`, { name: asked.canvas.name });
    const { problem } = await act(() => api.post(path, { comment: said }), { stale: STALE, done });
    if (!problem) onClose();
  };
  return (
    <Modal
      open
      title={t(`${how}Title`, { name: asked.canvas.name })}
      okText={t(how)}
      confirmLoading={busy}
      okButtonProps={{ danger: how === "reject", disabled: how === "reject" && !said }}
      onOk={() => void decide()}
      onCancel={onClose}
    >
      <Input.TextArea
        autoFocus
        rows={3}
        maxLength={1000}
        aria-label={t("comment")}
        placeholder={t(how === "reject" ? "why" : "comment")}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
    </Modal>
  );
}
