/** Another customer is the same person: found, looked at side by side, and merged into this one. */
import { useNavigate } from "@tanstack/react-router";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useCatalogue, useList } from "@/shared/api/queries";
import type { AttributeDefinition, Customer, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { customerName } from "@/shared/rule/RuleCount";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { staleOf } from "./stale";

type Shown = [name: string, here: string, there: string, after: string];

function text(value: unknown): string {
  if (Array.isArray(value)) return value.join("、");
  return value === null || value === undefined || value === "" ? "–" : String(value);
}

/** What the server will do, in the same words: the survivor's wins, gaps are filled, a no stays a no. */
export function mergedRows(
  here: Customer,
  there: Customer,
  words: (key: string) => string,
  label: (attribute: string) => string = (attribute) => attribute,
): Shown[] {
  const names = [...new Set([...Object.keys(here.attributes ?? {}), ...Object.keys(there.attributes ?? {})])];
  const channels = [...new Set([...Object.keys(here.consents ?? {}), ...Object.keys(there.consents ?? {})])];
  const said = (given: boolean | undefined) =>
    given === undefined ? "–" : words(given ? "allowed" : "refused");
  const tags = [...new Set([...(here.tags ?? []), ...(there.tags ?? [])])];
  return [
    [
      words("externalId"),
      text(here.external_id),
      text(there.external_id),
      text(here.external_id ?? there.external_id),
    ],
    ...names.map((name): Shown => {
      const [a, b] = [here.attributes?.[name], there.attributes?.[name]];
      return [label(name), text(a), text(b), text(a ?? b)];
    }),
    [words("tags"), text(here.tags ?? []), text(there.tags ?? []), text(tags)],
    ...channels.map((channel): Shown => {
      const [a, b] = [here.consents?.[channel], there.consents?.[channel]];
      return [
        words(`template:channels.${channel}`),
        said(a),
        said(b),
        said(a === undefined ? b : b === undefined ? a : a && b),
      ];
    }),
  ];
}

export function SideBySide({ here, there }: { here: Customer; there: Customer }) {
  const { t, i18n } = useTranslation("customers");
  const definitions = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500").data?.results ?? [];
  const label = (key: string) =>
    pick(definitions.find((item) => item.key === key)?.label, i18n.language) || key;
  return (
    <div className={styles.mergeScroll}>
      <table className={styles.mergeTable}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t("merge.here")}</th>
            <th scope="col">{t("merge.there")}</th>
            <th scope="col">{t("merge.after")}</th>
          </tr>
        </thead>
        <tbody>
          {mergedRows(here, there, (key) => String(t(key as never)), label).map(([name, a, b, after]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{a}</td>
              <td>{b}</td>
              <td>
                <strong>{after}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.hint}>{t("merge.rest")}</p>
    </div>
  );
}

function Found({
  customer,
  search,
  onPick,
}: {
  customer: Customer;
  search: string;
  onPick: (one: Customer) => void;
}) {
  const { t } = useTranslation("customers");
  const list = useList<Customer>("customers", { search, page_size: 10 }, search !== "");
  const found = (list.data?.results ?? []).filter((one) => one.id !== customer.id);
  if (search && list.isSuccess && found.length === 0)
    return <p className={styles.hint}>{t("empty.filtered")}</p>;
  return (
    <ul className={styles.mergeFound}>
      {found.map((one) => (
        <li key={one.id}>
          <Button type="text" onClick={() => onPick(one)}>
            {customerName(one)} · {one.external_id ?? one.id} · {Object.values(one.identities ?? {})[0] ?? ""}
          </Button>
        </li>
      ))}
    </ul>
  );
}

export default function MergeDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation("customers");
  const [search, setSearch] = useState("");
  const [there, setThere] = useState<Customer>();
  const { act, busy } = useAct();
  const navigate = useNavigate();
  const merge = async (one: Customer) => {
    const answer = await act(() => api.post(`/customers/${one.id}/merge`, { into: customer.id }), {
      stale: staleOf(customer.id),
      done: t("merge.done"),
    });
    if (answer.problem) return;
    onClose();
    void navigate({ to: `/customers/${customer.id}` as never });
  };
  return (
    <Modal
      open
      title={t("merge.title", { name: customerName(customer) })}
      onCancel={onClose}
      width={720}
      okText={t("merge.ok")}
      okButtonProps={{ disabled: !there, loading: busy }}
      onOk={() => there && void merge(there)}
    >
      <p className={styles.hint}>{t("merge.text")}</p>
      <Input.Search
        aria-label={t("merge.search")}
        placeholder={t("search")}
        autoFocus
        allowClear
        onSearch={(value) => {
          setThere(undefined);
          setSearch(value.trim());
        }}
      />
      {there ? (
        <SideBySide here={customer} there={there} />
      ) : (
        <Found customer={customer} search={search} onPick={setThere} />
      )}
    </Modal>
  );
}
