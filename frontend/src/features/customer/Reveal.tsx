/** Plain values of one customer, for those who may see them: with a reason, written to the audit log, gone when closed. */
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useCatalogue, useSession } from "@/shared/api/queries";
import type { AttributeDefinition, Customer, Page, Role } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";

const MAY: ReadonlySet<Role> = new Set(["owner", "manager"]);
const REASON_LENGTH = 200;

interface Shown {
  field: string;
  label: string;
}

function useFields(customer: Customer): Shown[] {
  const { t, i18n } = useTranslation("customers");
  const definitions = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500").data?.results ?? [];
  const secret = definitions.filter((item) => item.sensitive && item.key in (customer.attributes ?? {}));
  return [
    ...Object.keys(customer.identities ?? {}).map((kind) => ({
      field: kind,
      label: t(`identities.${kind}`, { defaultValue: kind }),
    })),
    ...secret.map((item) => ({ field: `attributes.${item.key}`, label: pick(item.label, i18n.language) })),
  ];
}

function Values({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation("customers");
  const { act, busy } = useAct();
  const fields = useFields(customer);
  const [reason, setReason] = useState("");
  const [values, setValues] = useState<Record<string, unknown> | null>(null);
  const show = async () => {
    const body = { fields: fields.map((item) => item.field), reason: reason.trim() };
    const { data } = await act(() =>
      api.post<{ values: Record<string, unknown> }>(`/customers/${customer.id}/reveal`, body),
    );
    if (data) setValues(data.values);
  };
  const exported = () => window.open(`/api/v1/customers/${customer.id}/export`, "_blank", "noopener");
  return (
    <Modal
      open
      title={t("reveal.title")}
      onCancel={onClose}
      footer={
        values ? (
          <>
            <Button onClick={exported}>{t("reveal.export")}</Button>
            <Button type="primary" onClick={onClose}>
              {t("reveal.close")}
            </Button>
          </>
        ) : (
          <Button
            type="primary"
            loading={busy}
            disabled={reason.trim().length < 2}
            onClick={() => void show()}
          >
            {t("reveal.show")}
          </Button>
        )
      }
    >
      {values ? (
        <dl className={styles.facts}>
          {fields.map(({ field, label }) => (
            <div key={field}>
              <dt>{label}</dt>
              <dd>{values[field] === null || values[field] === undefined ? "–" : String(values[field])}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <>
          <p>{t("reveal.text")}</p>
          <Input.TextArea
            aria-label={t("reveal.reason")}
            placeholder={t("reveal.reason")}
            rows={2}
            maxLength={REASON_LENGTH}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      )}
    </Modal>
  );
}

export function RevealButton({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const [open, setOpen] = useState(false);
  const role = useSession().data?.role;
  if (!role || !MAY.has(role)) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("reveal.button")}</Button>
      {open ? <Values customer={customer} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
