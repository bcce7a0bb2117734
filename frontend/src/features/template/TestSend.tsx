/** Sends the saved template to one address, for real, and says what the provider answered. */
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import type { Problem } from "@/shared/api/problem";
import { useProblemText } from "@/shared/ui/Problem";
import styles from "./template.module.css";

interface Outcome {
  ok: boolean;
  detail: string;
  to: string;
}

interface Props {
  template: string;
  /** As whom it is filled in. */
  customer: string | null;
  unsaved: boolean;
}

export function TestSend({ template, customer, unsaved }: Props) {
  const { t } = useTranslation("template");
  const say = useProblemText();
  const [open, setOpen] = useState(false);
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | Problem | null>(null);
  const send = async () => {
    setBusy(true);
    setOutcome(null);
    const body = { to: to.trim(), ...(customer ? { customer } : {}) };
    const { data, problem } = await api.post<Outcome>(`/templates/${template}/test`, body);
    setBusy(false);
    setOutcome(data ?? problem ?? null);
  };
  const ok = outcome !== null && "ok" in outcome && outcome.ok;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("test.open")}</Button>
      <Modal
        open={open}
        title={t("test.title")}
        okText={t("test.send")}
        confirmLoading={busy}
        okButtonProps={{ disabled: !to.trim() }}
        onOk={() => void send()}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <div className={styles.test}>
          <Input
            autoFocus
            value={to}
            aria-label={t("test.to")}
            placeholder={t("test.to")}
            onChange={(event) => setTo(event.target.value)}
            onPressEnter={() => to.trim() && void send()}
          />
          <p className={styles.note}>{t(unsaved ? "test.unsaved" : "test.note")}</p>
          <p role="status" className={ok ? styles.good : styles.warning}>
            {outcome === null ? "" : "ok" in outcome ? `${outcome.to}：${outcome.detail}` : say(outcome)}
          </p>
        </div>
      </Modal>
    </>
  );
}
