/** The properties of an event: what came, as which type, with which examples, and what people say of them. */
import { Checkbox, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import type { EventProperty, EventTypeDetail } from "@/shared/api/types";
import { percent } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { type Column, Table } from "@/shared/ui/Table";
import { useAct } from "@/shared/ui/useAct";
import { pathOf, typeKey, TYPES } from "./api";
import styles from "./event.module.css";

const KINDS = ["string", "number", "boolean", "list", "object"];

function Warning({ property }: { property: EventProperty }) {
  const { t } = useTranslation("events");
  const words = (types: string[]) => types.map((type) => t(`types.${type}`)).join(" / ");
  const came = [property.type, ...property.other_types];
  const wrong = property.expected ? came.filter((type) => type !== property.expected) : [];
  if (wrong.length) {
    const params = { expected: words([property.expected ?? ""]), types: words(wrong) };
    return <span className={styles.warning}>{t("unexpected", params)}</span>;
  }
  if (!property.other_types.length) return null;
  return <span className={styles.warning}>{t("otherTypes", { types: words(property.other_types) })}</span>;
}

export function Properties({ type }: { type: EventTypeDetail }) {
  const { t, i18n } = useTranslation("events");
  const { act } = useAct();
  const zh = !i18n.language.startsWith("en");
  const say = (name: string, said: object) =>
    act(() => api.patch(pathOf(type.name), { properties: { [name]: said } }), {
      done: t("saved"),
      stale: [typeKey(type.name), TYPES],
    });
  const relabel = (item: EventProperty, text: string) => {
    const key = zh ? "zh" : "en";
    if (text === (item.label[key] ?? "")) return;
    const label = { ...item.label, [key]: text };
    void say(item.name, { label: label.zh || label.en ? label : null });
  };
  const columns: Column<EventProperty>[] = [
    {
      key: "name",
      title: t("property"),
      main: true,
      render: (item) => (
        <span>
          <Input
            key={item.label[zh ? "zh" : "en"] ?? ""}
            aria-label={t(zh ? "labelZh" : "labelEn")}
            placeholder={t(zh ? "labelZh" : "labelEn")}
            maxLength={100}
            defaultValue={item.label[zh ? "zh" : "en"]}
            onBlur={(event) => relabel(item, event.target.value.trim())}
          />
          <span className={styles.key}>{item.name}</span>
        </span>
      ),
    },
    {
      key: "type",
      title: t("type"),
      render: (item) => (
        <span className={styles.kind}>
          {t(`types.${item.type}`)} <Warning property={item} />
        </span>
      ),
    },
    {
      key: "expected",
      title: t("expected"),
      render: (item) => (
        <Select
          aria-label={`${item.name} ${t("expected")}`}
          style={{ minWidth: 96 }}
          value={item.expected ?? ""}
          options={[
            { value: "", label: t("anyType") },
            ...KINDS.map((kind) => ({ value: kind, label: t(`types.${kind}`) })),
          ]}
          onChange={(kind) => void say(item.name, { type: kind || null })}
        />
      ),
    },
    {
      key: "share",
      title: t("share"),
      align: "end",
      render: (item) => (type.sampled ? percent(item.events / type.sampled, i18n.language) : "–"),
    },
    {
      key: "examples",
      title: t("examples"),
      render: (item) => (
        <span className={styles.examples}>{item.examples.map(String).join("、") || "–"}</span>
      ),
    },
    {
      key: "sensitive",
      title: t("sensitive"),
      render: (item) => (
        <Checkbox
          aria-label={`${item.name} ${t("sensitive")}`}
          checked={item.sensitive}
          onChange={(event) => void say(item.name, { sensitive: event.target.checked })}
        />
      ),
    },
  ];
  return (
    <Panel
      title={t("properties")}
      extra={<span className={styles.hint}>{t("sampled", { n: type.sampled })}</span>}
    >
      {type.properties.length ? (
        <Table
          columns={columns}
          items={type.properties}
          rowKey={(item) => item.name}
          label={t("properties")}
        />
      ) : (
        <p className={styles.hint}>{t("noProperties")}</p>
      )}
    </Panel>
  );
}
