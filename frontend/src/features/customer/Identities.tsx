/** By what a customer is known: masked, proved or only claimed, the preferred one first. */
import { App, Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import type { Customer } from "@/shared/api/types";
import { dateOnly } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Status } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { staleOf } from "./stale";

type Identity = components["schemas"]["IdentityShown"];

function Row({ identity, customer }: { identity: Identity; customer: Customer }) {
  const { t, i18n } = useTranslation("customers");
  const { act, busy } = useAct();
  const { modal } = App.useApp();
  const change = (body: { proved?: boolean; main?: boolean }) =>
    act(() => api.patch(`/customers/${customer.id}/identities/${identity.id}`, body), {
      stale: staleOf(customer.id),
      done: t("common:saved"),
    });
  const remove = () =>
    modal.confirm({
      title: t("identityRemove", { value: identity.value }),
      content: t("identityRemoveText"),
      okText: t("identityRemoveOk"),
      onOk: async () =>
        void (await act(() => api.delete(`/customers/${customer.id}/identities/${identity.id}`), {
          stale: staleOf(customer.id),
          done: t("common:saved"),
        })),
    });
  const mark = identity.main ? "main" : identity.proved ? "proved" : "claimed";
  return (
    <li className={styles.identity}>
      <span className={styles.identityKind}>
        {t(`identities.${identity.kind}`, { defaultValue: identity.kind })}
      </span>
      <span className={styles.identityValue}>
        {identity.value}
        <Status tone={identity.proved ? "good" : "quiet"}>{t(`identityMark.${mark}`)}</Status>
        <span className={styles.hint}>
          {t("identitySince", { when: dateOnly(identity.since, i18n.language) })}
        </span>
        {identity.belongs_to ? <span className={styles.hint}>{t("identityOther")}</span> : null}
        <span className={styles.pills}>
          {identity.proved || identity.belongs_to ? null : (
            <Button size="small" loading={busy} onClick={() => void change({ proved: true })}>
              {t("identityProve")}
            </Button>
          )}
          {identity.proved && !identity.main ? (
            <Button size="small" loading={busy} onClick={() => void change({ main: true })}>
              {t("identityPrefer")}
            </Button>
          ) : null}
          <Button
            size="small"
            type="text"
            onClick={remove}
            aria-label={t("identityRemove", { value: identity.value })}
          >
            {t("identityRemoveOk")}
          </Button>
        </span>
      </span>
    </li>
  );
}

const KINDS = ["phone", "email", "openid", "unionid", "external_userid", "device", "member_id"];

function AddIdentity({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const { act, busy } = useAct();
  const [kind, setKind] = useState("phone");
  const [value, setValue] = useState("");
  const [proved, setProved] = useState(false);
  const add = async () => {
    const body = { kind, value: value.trim(), proved };
    const answer = await act(() => api.post(`/customers/${customer.id}/identities`, body), {
      stale: staleOf(customer.id),
      done: t("common:saved"),
    });
    if (!answer.problem) setValue("");
  };
  return (
    <form
      className={styles.addIdentity}
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim()) void add();
      }}
    >
      <Select
        aria-label={t("identityKind")}
        value={kind}
        onChange={setKind}
        options={KINDS.map((one) => ({ value: one, label: t(`identities.${one}`, { defaultValue: one }) }))}
      />
      <Input
        aria-label={t("identityValue")}
        placeholder={t("identityValue")}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Checkbox checked={proved} onChange={(event) => setProved(event.target.checked)}>
        {t("identityMark.proved")}
      </Checkbox>
      <Button htmlType="submit" loading={busy} disabled={!value.trim()}>
        {t("identityAdd")}
      </Button>
    </form>
  );
}

export function Identities({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const found = useList<Identity>(`customers/${customer.id}/identities`).data?.results ?? [];
  return (
    <Panel title={t("identitiesTitle")}>
      <ul className={styles.identityList}>
        <li className={styles.identity}>
          <span className={styles.identityKind}>{t("externalId")}</span>
          <span className={styles.identityValue}>{customer.external_id ?? "–"}</span>
        </li>
        {found.map((identity) => (
          <Row key={identity.id} identity={identity} customer={customer} />
        ))}
      </ul>
      <AddIdentity customer={customer} />
    </Panel>
  );
}
