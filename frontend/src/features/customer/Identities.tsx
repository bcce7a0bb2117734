/** By what a customer is known: masked, proved or only claimed, the preferred one first. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useList } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import type { Customer } from "@/shared/api/types";
import { dateOnly } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Status } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";

type Identity = components["schemas"]["IdentityShown"];

function Row({ identity, customer }: { identity: Identity; customer: Customer }) {
  const { t, i18n } = useTranslation("customers");
  const { act, busy } = useAct();
  const change = (body: { proved?: boolean; main?: boolean }) =>
    act(() => api.patch(`/customers/${customer.id}/identities/${identity.id}`, body), {
      stale: [keys.resource(`customers/${customer.id}/identities`), keys.resource("customers")],
      done: t("common:saved"),
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
      </span>
    </li>
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
    </Panel>
  );
}
