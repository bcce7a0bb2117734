/** Editing a package: what is in it, how many, how long it is good for. Money stays a decimal string throughout. */
import { useNavigate } from "@tanstack/react-router";
import { Button, Input, InputNumber } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Problem, problemsAt } from "@/shared/api/problem";
import { queryClient } from "@/shared/api/queries";
import type { RewardPackage } from "@/shared/api/types";
import { FieldRow } from "@/shared/form/FieldRow";
import { count, money as shownMoney } from "@/shared/lib/format";
import { PageFrame, Panel } from "@/shared/ui/Page";
import { Figure } from "@/shared/ui/Status";
import { RemoveButton } from "@/shared/ui/RemoveButton";
import { useAct } from "@/shared/ui/useAct";
import { CodeUpload } from "./CodeUpload";
import { ItemsEditor } from "./ItemsEditor";
import { newItem } from "./items";
import { Ledger } from "./Ledger";
import { Validity } from "./Validity";
import styles from "./reward.module.css";

export type Draft = Pick<
  RewardPackage,
  "name" | "items" | "stock" | "per_customer" | "per_customer_days" | "budget" | "low_stock" | "validity"
>;

/** The API writes what is not set as null. */
function filled(validity: Draft["validity"]): Draft["validity"] {
  return Object.fromEntries(Object.entries(validity).filter(([, value]) => value !== null));
}

function draftOf(saved?: RewardPackage): Draft {
  if (!saved)
    return {
      name: "",
      items: [newItem("coupon")],
      stock: null,
      per_customer: 1,
      per_customer_days: null,
      budget: null,
      low_stock: null,
      validity: { days: 30 },
    };
  const { name, items, stock, per_customer, per_customer_days, budget, low_stock, validity } = saved;
  return {
    name,
    items,
    stock,
    per_customer,
    per_customer_days,
    budget,
    low_stock,
    validity: filled(validity ?? {}),
  };
}

function useSave(saved?: RewardPackage) {
  const { t } = useTranslation("rewards");
  const navigate = useNavigate();
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (draft: Draft) => {
    setProblem(null);
    const body = { ...draft, name: draft.name.trim() };
    const request = () =>
      saved
        ? api.patch<RewardPackage>(`/reward-packages/${saved.id}`, body)
        : api.post<RewardPackage>("/reward-packages", body);
    const onProblem = (found: Problem) => {
      setProblem(found);
      return found.errors.some((error) => error.pointer !== "");
    };
    const { data } = await act(request, {
      stale: [keys.resource("reward-packages")],
      onProblem,
      done: t("common:saved"),
    });
    if (!data) return;
    queryClient.setQueryData(keys.one("reward-packages", data.id), data);
    if (!saved) void navigate({ to: `/rewards/${data.id}` as never, replace: true });
  };
  return { save, busy, problem };
}

export function PackageForm({ saved }: { saved?: RewardPackage }) {
  const { t, i18n } = useTranslation("rewards");
  const [draft, setDraft] = useState<Draft>(() => draftOf(saved));
  const { save, busy, problem } = useSave(saved);
  const change = (patch: Partial<Draft>) => setDraft((old) => ({ ...old, ...patch }));
  const at = (name: string) => problemsAt(problem?.errors ?? [], `/${name}`);
  const row = (name: string, control: ReactNode, required = false) => (
    <FieldRow
      id={`package-${name}`}
      field={{ label: t(name), help: t(`help.${name}`, { defaultValue: "" }), required, widget: "text" }}
      problems={at(name)}
    >
      {control}
    </FieldRow>
  );
  const number = (
    name: "stock" | "per_customer" | "per_customer_days" | "low_stock",
    none = t("noLimit"),
  ) => (
    <InputNumber
      id={`package-${name}`}
      style={{ width: "100%" }}
      min={1}
      precision={0}
      placeholder={none}
      value={draft[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <PageFrame
      back={{ to: "/rewards", label: t("title") }}
      title={saved?.name ?? t("new")}
      actions={
        <>
          {saved ? (
            <RemoveButton
              resource="reward-packages"
              id={saved.id}
              title={t("delete.title", { name: saved.name })}
              text={t("delete.text")}
              back="/rewards"
            />
          ) : null}
          <Button
            type="primary"
            loading={busy}
            disabled={!draft.name.trim() || draft.items.length === 0}
            onClick={() => void save(draft)}
          >
            {t("common:actions.save")}
          </Button>
        </>
      }
    >
      {saved ? (
        <Panel>
          <div className={styles.figures}>
            <Figure label={t("issued")} value={count(saved.issued, i18n.language)} />
            <Figure
              label={t("available")}
              value={saved.available === null ? t("noLimit") : count(saved.available, i18n.language)}
            />
            <Figure label={t("spent")} value={shownMoney(saved.spent)} />
            {saved.budget ? <Figure label={t("budget")} value={shownMoney(saved.budget)} /> : null}
          </div>
          {saved.low ? (
            <p role="status" className={styles.problem}>
              {t("low")}
            </p>
          ) : null}
        </Panel>
      ) : null}
      <Panel>
        {row(
          "name",
          <Input
            id="package-name"
            maxLength={100}
            placeholder={t("namePlaceholder")}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />,
          true,
        )}
      </Panel>
      <Panel title={t("items")}>
        <ItemsEditor items={draft.items} problems={at("items")} onChange={(items) => change({ items })} />
      </Panel>
      <Panel title={t("limits")}>
        <div className={styles.pair}>
          {row("stock", number("stock"))}
          {row(
            "budget",
            <InputNumber<string>
              id="package-budget"
              style={{ width: "100%" }}
              min="0"
              precision={2}
              stringMode
              suffix={t("yuan")}
              placeholder={t("noLimit")}
              value={draft.budget}
              onChange={(budget) => change({ budget: budget === null ? null : String(budget) })}
            />,
          )}
          {row("per_customer", number("per_customer"))}
          {row("per_customer_days", number("per_customer_days", t("ever")))}
          {row("low_stock", number("low_stock", t("noWarning")))}
        </div>
        {row("validity", <Validity value={draft.validity} onChange={(validity) => change({ validity })} />)}
      </Panel>
      {saved?.items.some((item) => item.kind === "code") ? <CodeUpload id={saved.id} /> : null}
      {saved ? <Ledger id={saved.id} /> : null}
    </PageFrame>
  );
}
