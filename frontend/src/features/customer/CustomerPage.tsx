/** One customer: who they are, what they carry, what they allow, and all that happened. */
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCatalogue, useOne } from "@/shared/api/queries";
import type { AttributeDefinition, Customer, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { dateTime } from "@/shared/lib/format";
import { customerName } from "@/shared/rule/RuleCount";
import { Skeleton } from "@/shared/ui/List";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { Chip, Status } from "@/shared/ui/Status";
import { BlockButton } from "./BlockButton";
import styles from "./customer.module.css";
import { Identities } from "./Identities";
import { MergeButton, Merges } from "./Merges";
import { Timeline } from "./Timeline";

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join("、");
  return value === null || value === undefined ? "–" : String(value);
}

function Facts({ rows }: { rows: [string, string][] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Profile({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation("customers");
  const definitions = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500").data?.results ?? [];
  const label = (key: string) =>
    pick(definitions.find((item) => item.key === key)?.label, i18n.language) || key;
  const attributes = Object.entries(customer.attributes ?? {}).map(([key, value]): [string, string] => [
    label(key),
    shown(value),
  ]);
  return (
    <>
      <Identities customer={customer} />
      <Panel title={t("attributes")}>
        <Facts rows={attributes} />
      </Panel>
    </>
  );
}

function Consents({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const entries = Object.entries(customer.consents ?? {});
  return (
    <Panel title={t("consents")}>
      {entries.length === 0 ? <p className={styles.hint}>{t("noConsents")}</p> : null}
      <ul className={styles.consents}>
        {entries.map(([channel, given]) => (
          <li key={channel}>
            <span>{t(`template:channels.${channel}`, { defaultValue: channel })}</span>
            <Status tone={given ? "good" : "quiet"}>{t(given ? "allowed" : "refused")}</Status>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export default function CustomerPage() {
  const { t, i18n } = useTranslation("customers");
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useOne<Customer>("customers", id);
  if (query.isError) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  const customer = query.data;
  if (!customer) return <Skeleton />;
  return (
    <PageFrame
      back={{ to: "/customers", label: t("title") }}
      title={customerName(customer)}
      intro={t("since", { when: dateTime(customer.created_at, i18n.language) })}
      actions={
        <>
          {customer.blocked ? <Status tone="bad">{t("blocked")}</Status> : null}
          <MergeButton customer={customer} />
          <BlockButton customer={customer} />
        </>
      }
    >
      <div className={styles.columns}>
        <div className={styles.side}>
          <Panel title={t("tags")}>
            <div>
              {customer.tags?.length ? (
                customer.tags.map((tag) => (
                  <Chip key={tag} family="customer">
                    {tag}
                  </Chip>
                ))
              ) : (
                <p className={styles.hint}>{t("noTags")}</p>
              )}
            </div>
          </Panel>
          <Profile customer={customer} />
          <Consents customer={customer} />
          <Merges id={customer.id} />
          <Link to={"/messages" as never} search={{ customer: id } as never}>
            {t("allMessages")} →
          </Link>
        </div>
        <Panel title={t("timeline")}>
          <Timeline id={id} />
        </Panel>
      </div>
    </PageFrame>
  );
}
