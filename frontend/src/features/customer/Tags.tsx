/** Tags of one customer by layer: put on and taken off by hand; those that a rule keeps are only shown. */
import { LockOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Tag as Pill, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useList } from "@/shared/api/queries";
import type { Customer, Tag } from "@/shared/api/types";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { staleOf } from "./stale";

const LAYERS = ["basic", "behaviour", "value"] as const;

function AddTag({ customer, known }: { customer: Customer; known: Tag[] }) {
  const { t } = useTranslation("customers");
  const { act, busy } = useAct();
  const [name, setName] = useState("");
  const add = async (chosen: string) => {
    const tag = chosen.trim();
    if (!tag) return;
    const answer = await act(() => api.patch(`/customers/${customer.id}`, { tags: [tag] }), {
      stale: [...staleOf(customer.id), keys.resource("tags")],
      done: t("common:saved"),
    });
    if (!answer.problem) setName("");
  };
  const options = known.filter((tag) => tag.kept_by === "hand" && !customer.tags.includes(tag.name));
  return (
    <div className={styles.addRow}>
      <AutoComplete
        aria-label={t("tag.add")}
        placeholder={t("tag.add")}
        value={name}
        options={options.map((tag) => ({ value: tag.name }))}
        showSearch={{ filterOption: (text, option) => (option?.value ?? "").includes(text) }}
        onChange={setName}
        onSelect={(value: string) => void add(value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) void add(name);
        }}
      />
      <Button loading={busy} disabled={!name.trim()} onClick={() => void add(name)}>
        {t("tag.put")}
      </Button>
    </div>
  );
}

export function Tags({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const { act } = useAct();
  const known = useList<Tag>("tags", { page_size: 1000 }).data?.results ?? [];
  const of = (name: string) => known.find((tag) => tag.name === name);
  const remove = (tag: Tag) =>
    act(() => api.delete(`/customers/${customer.id}/tags/${tag.id}`), {
      stale: [...staleOf(customer.id), keys.resource("tags")],
      done: t("common:saved"),
    });
  const pill = (name: string) => {
    const tag = of(name);
    if (tag?.kept_by === "rule")
      return (
        <Tooltip key={name} title={t("tag.byRule")}>
          <Pill data-tag={name} icon={<LockOutlined aria-label={t("tag.byRule")} />}>
            {name}
          </Pill>
        </Tooltip>
      );
    return (
      <Pill
        key={name}
        data-tag={name}
        closable={tag !== undefined}
        closeIcon={<span aria-hidden="true">×</span>}
        onClose={(event) => {
          event.preventDefault();
          if (tag) void remove(tag);
        }}
      >
        {name}
      </Pill>
    );
  };
  return (
    <Panel title={t("tags")}>
      {customer.tags.length === 0 ? <p className={styles.hint}>{t("noTags")}</p> : null}
      {LAYERS.map((layer) => {
        const mine = customer.tags.filter((name) => (of(name)?.layer ?? "basic") === layer);
        return mine.length === 0 ? null : (
          <div key={layer} className={styles.layer}>
            <h3 className={styles.day}>{t(`tags:layer.${layer}`)}</h3>
            <div className={styles.pills}>{mine.map(pill)}</div>
          </div>
        );
      })}
      <AddTag customer={customer} known={known} />
    </Panel>
  );
}
