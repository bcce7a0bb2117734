/** Attributes by their labels, changed in place by the kind of value they hold. Sensitive ones are only looked at. */
import { Button, DatePicker, Input, InputNumber, Select, Switch } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useCatalogue } from "@/shared/api/queries";
import type { AttributeDefinition, Customer, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { dateTime } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./customer.module.css";
import { staleOf } from "./stale";

interface FieldProps {
  definition: AttributeDefinition;
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Field({ definition, label, value, onChange }: FieldProps) {
  const named = { "aria-label": label };
  switch (definition.type) {
    case "number":
      return (
        <InputNumber
          {...named}
          value={value as number}
          onChange={onChange}
          className={styles.wide}
          autoFocus
        />
      );
    case "boolean":
      return <Switch {...named} checked={value === true} onChange={onChange} />;
    case "date":
    case "datetime": {
      const withTime = definition.type === "datetime";
      return (
        <DatePicker
          {...named}
          showTime={withTime}
          value={value ? dayjs(String(value)) : null}
          onChange={(day) => onChange(day ? (withTime ? day.toISOString() : day.format("YYYY-MM-DD")) : null)}
        />
      );
    }
    case "enum":
      return (
        <Select
          {...named}
          allowClear
          className={styles.wide}
          value={value as string}
          options={(definition.options ?? []).map((one) => ({ value: one }))}
          onChange={(one) => onChange(one ?? null)}
        />
      );
    case "list":
      return (
        <Select
          {...named}
          mode="tags"
          className={styles.wide}
          value={(value ?? []) as string[]}
          onChange={onChange}
        />
      );
    default:
      return (
        <Input
          {...named}
          value={String(value ?? "")}
          onChange={(event) => onChange(event.target.value || null)}
          autoFocus
        />
      );
  }
}

function Fact({
  customer,
  definition,
  label,
}: {
  customer: Customer;
  definition: AttributeDefinition;
  label: string;
}) {
  const { t, i18n } = useTranslation("customers");
  const { act, busy } = useAct();
  const value = customer.attributes[definition.key];
  const [draft, setDraft] = useState<unknown>();
  const [open, setOpen] = useState(false);
  const save = async () => {
    const body = { attributes: { [definition.key]: draft ?? null } };
    const answer = await act(() => api.patch(`/customers/${customer.id}`, body), {
      stale: staleOf(customer.id),
      done: t("common:saved"),
    });
    if (!answer.problem) setOpen(false);
  };
  const shown =
    value === null || value === undefined
      ? "–"
      : definition.type === "datetime"
        ? dateTime(String(value), i18n.language)
        : definition.type === "boolean"
          ? t(value ? "common:yes" : "common:no", { defaultValue: value ? "✓" : "✗" })
          : Array.isArray(value)
            ? value.join("、")
            : String(value);
  if (definition.sensitive || !open)
    return (
      <dd className={styles.factValue}>
        <span>{shown}</span>
        {definition.sensitive ? null : (
          <Button
            size="small"
            type="text"
            aria-label={t("attribute.edit", { label })}
            onClick={() => {
              setDraft(value);
              setOpen(true);
            }}
          >
            {t("attribute.change")}
          </Button>
        )}
      </dd>
    );
  return (
    <dd
      className={styles.factEdit}
      onKeyDown={(event) => {
        if (event.key === "Escape") setOpen(false);
        if (event.key === "Enter" && !event.nativeEvent.isComposing && definition.type !== "list")
          void save();
      }}
    >
      <Field definition={definition} label={label} value={draft} onChange={setDraft} />
      <span className={styles.pills}>
        <Button size="small" type="primary" loading={busy} onClick={() => void save()}>
          {t("attribute.save")}
        </Button>
        <Button size="small" onClick={() => setOpen(false)}>
          {t("attribute.cancel")}
        </Button>
      </span>
    </dd>
  );
}

export function Attributes({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation("customers");
  const [all, setAll] = useState(false);
  const definitions = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500").data?.results ?? [];
  const filled = definitions.filter((one) => customer.attributes[one.key] !== undefined);
  const rest = definitions.length - filled.length;
  return (
    <Panel
      title={t("attributes")}
      extra={
        rest > 0 ? (
          <Button size="small" type="text" onClick={() => setAll(!all)}>
            {all ? t("attribute.fewer") : t("attribute.more", { n: rest })}
          </Button>
        ) : null
      }
    >
      <dl className={styles.facts}>
        {(all ? definitions : filled).map((definition) => {
          const label = pick(definition.label, i18n.language) || definition.key;
          return (
            <div key={definition.key}>
              <dt>{label}</dt>
              <Fact customer={customer} definition={definition} label={label} />
            </div>
          );
        })}
      </dl>
    </Panel>
  );
}
