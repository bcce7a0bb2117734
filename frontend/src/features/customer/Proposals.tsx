/** 可能是同一个人: pairs side by side with the reason, merged or kept apart one by one, or many at once with their number confirmed. */
import { Link } from "@tanstack/react-router";
import { App, Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { usePages } from "@/shared/api/queries";
import type { components } from "@/shared/api/schema";
import type { Customer } from "@/shared/api/types";
import { relative } from "@/shared/lib/format";
import { customerName } from "@/shared/rule/RuleCount";
import { useFilters } from "@/shared/ui/filters";
import { Empty, ListStates } from "@/shared/ui/List";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { SideBySide } from "./MergeDialog";

type Proposal = components["schemas"]["MergeProposalOut"];

const STALE = [keys.resource("merge-proposals"), keys.resource("customers")];

function Reasons({ proposal }: { proposal: Proposal }) {
  const { t, i18n } = useTranslation("customers");
  const said = proposal.evidence.map((one) =>
    t(`same.why.${one.why}`, {
      kind: String(t(`identities.${one.kind}`, { defaultValue: one.kind })),
      value: one.value ?? "",
      source: String(t(`sources.${one.source.split(":")[0]}`, { defaultValue: one.source })),
    } as never),
  );
  return (
    <p className={styles.hint}>
      {[...said, proposal.held ? t(`same.held.${proposal.held}`, { defaultValue: proposal.held }) : ""]
        .filter(Boolean)
        .join("；")}
      {` · ${relative(proposal.at, i18n.language)}`}
    </p>
  );
}

interface PairProps {
  proposal: Proposal;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}

function Pair({ proposal, chosen, onChoose }: PairProps) {
  const { t } = useTranslation("customers");
  const { act, busy } = useAct();
  const [here, there] = [proposal.survivor, proposal.other] as unknown as [Customer, Customer];
  const names = `${customerName(here)} / ${customerName(there)}`;
  const decide = (what: "accept" | "dismiss") =>
    act(() => api.post(`/merge-proposals/${proposal.id}/${what}`), {
      stale: STALE,
      done: t(what === "accept" ? "merge.done" : "same.dismissed"),
    });
  return (
    <Panel
      title={
        <Checkbox checked={chosen} onChange={(event) => onChoose(event.target.checked)}>
          {names}
        </Checkbox>
      }
      extra={
        <span className={styles.pills}>
          <Button type="primary" loading={busy} onClick={() => void decide("accept")}>
            {t("same.accept")}
          </Button>
          <Button loading={busy} onClick={() => void decide("dismiss")}>
            {t("same.dismiss")}
          </Button>
        </span>
      }
    >
      <Reasons proposal={proposal} />
      <SideBySide here={here} there={there} />
      <span className={styles.pills}>
        {[here, there].map((one) => (
          <Link key={one.id} to={`/customers/${one.id}` as never}>
            {t("same.look", { name: customerName(one) })}
          </Link>
        ))}
      </span>
    </Panel>
  );
}

export default function Proposals() {
  const { t } = useTranslation("customers");
  const { modal } = App.useApp();
  const { act, busy } = useAct();
  const [{ customer }] = useFilters();
  const pages = usePages<Proposal>("merge-proposals", { customer, page_size: 20 });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const listed = (pages.items ?? []).filter((one) => chosen.has(one.id)).map((one) => one.id);
  const choose = (id: string, on: boolean) =>
    setChosen(new Set(on ? [...chosen, id] : [...chosen].filter((one) => one !== id)));
  const mergeAll = () =>
    modal.confirm({
      title: t("same.manyTitle", { n: listed.length }),
      content: t("same.manyText", { n: listed.length, m: listed.length * 2 }),
      okText: t("same.many", { n: listed.length }),
      onOk: async () => {
        const body = { proposals: listed, confirm: listed.length };
        const answer = await act(() => api.post("/merge-proposals/accept", body), {
          stale: STALE,
          done: t("same.queued", { n: listed.length }),
        });
        if (!answer.problem) setChosen(new Set());
      },
    });
  return (
    <PageFrame
      back={{ to: "/customers", label: t("title") }}
      title={t("same.title")}
      intro={t("same.intro")}
      actions={
        listed.length > 0 ? (
          <Button type="primary" loading={busy} onClick={mergeAll}>
            {t("same.many", { n: listed.length })}
          </Button>
        ) : null
      }
    >
      <ListStates pages={pages} empty={<Empty title={t("same.none")} text={t("same.noneText")} />}>
        {(items) => (
          <div className={styles.side}>
            <Checkbox
              checked={listed.length === items.length}
              indeterminate={listed.length > 0 && listed.length < items.length}
              onChange={(event) => setChosen(new Set(event.target.checked ? items.map((one) => one.id) : []))}
            >
              {t("same.all", { n: items.length })}
            </Checkbox>
            {items.map((one) => (
              <Pair
                key={one.id}
                proposal={one}
                chosen={chosen.has(one.id)}
                onChoose={(on) => choose(one.id, on)}
              />
            ))}
          </div>
        )}
      </ListStates>
    </PageFrame>
  );
}
