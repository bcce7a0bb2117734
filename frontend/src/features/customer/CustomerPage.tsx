/** One customer: who they are, what they carry, what they allow, and all that happened. */
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useList, useOne } from "@/shared/api/queries";
import type { Customer } from "@/shared/api/types";
import { dateTime } from "@/shared/lib/format";
import { customerName } from "@/shared/rule/RuleCount";
import { Skeleton } from "@/shared/ui/List";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { Status } from "@/shared/ui/Status";
import { Attributes } from "./Attributes";
import { BlockButton } from "./BlockButton";
import { Consents } from "./Consents";
import styles from "./customer.module.css";
import { Figures, useFigures } from "./Figures";
import { Identities } from "./Identities";
import { MergeButton, Merges } from "./Merges";
import { RevealButton } from "./Reveal";
import { Standing } from "./Standing";
import { Tags } from "./Tags";
import { Timeline } from "./Timeline";

/** Who this is at a glance: main identities, stage, and whether they may be somebody we know already. */
function Who({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation("customers");
  const found = useFigures(customer.id).data;
  const alike = useList<unknown>("merge-proposals", { customer: customer.id, page_size: 1 }).data?.results;
  return (
    <>
      {[customer.external_id, ...Object.values(customer.identities ?? {}).slice(0, 3)]
        .filter(Boolean)
        .join(" · ")}
      {found ? ` · ${t(`stages.${found.stage}`, { defaultValue: found.stage })}` : ""}
      {` · ${t("since", { when: dateTime(customer.created_at, i18n.language) })}`}
      {alike?.length ? (
        <>
          {" · "}
          <Link to={"/customers" as never} search={{ part: "same", customer: customer.id } as never}>
            {t("same.here")}
          </Link>
        </>
      ) : null}
    </>
  );
}

export default function CustomerPage() {
  const { t } = useTranslation("customers");
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useOne<Customer>("customers", id);
  if (query.isError) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  const customer = query.data;
  if (!customer) return <Skeleton />;
  return (
    <PageFrame
      back={{ to: "/customers", label: t("title") }}
      title={customerName(customer)}
      intro={<Who customer={customer} />}
      actions={
        <>
          {customer.blocked ? <Status tone="bad">{t("blocked")}</Status> : null}
          <RevealButton customer={customer} />
          <MergeButton customer={customer} />
          <BlockButton customer={customer} />
        </>
      }
    >
      <div className={styles.columns}>
        <div className={styles.side}>
          <Standing id={customer.id} />
          <Tags customer={customer} />
          <Identities customer={customer} />
          <Attributes customer={customer} />
          <Consents id={customer.id} />
          <Merges id={customer.id} />
          <Link to={"/messages" as never} search={{ customer: id } as never}>
            {t("allMessages")} →
          </Link>
        </div>
        <div className={styles.side}>
          <Figures id={customer.id} />
          <Panel title={t("timeline")}>
            <Timeline id={customer.id} />
          </Panel>
        </div>
      </div>
    </PageFrame>
  );
}
