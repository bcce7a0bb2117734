/** The message as a chosen customer would get it, rendered by the server (the same code as sending). */
import { Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import type { Customer, TemplatePreview } from "@/shared/api/types";
import type { JsonSchema } from "@/shared/form/schema";
import { customerName } from "@/shared/rule/RuleCount";
import { PhoneFrame, smsText } from "@/shared/ui/PhoneFrame";
import { smsLength } from "./model/sms";
import type { Draft } from "./TemplateForm";
import styles from "./template.module.css";

const DELAY = 400;

/** Asks for a rendering of what is on the screen; an older answer never overwrites a newer one. */
function useRendered(draft: Draft, customer: string | null, ready: boolean): TemplatePreview | null {
  const [rendered, setRendered] = useState<TemplatePreview | null>(null);
  const { channel, content, purpose } = draft;
  const question = ready ? JSON.stringify({ channel, content, purpose, customer }) : "";
  useEffect(() => {
    if (!question) return;
    const abort = new AbortController();
    const ask = async () => {
      const { data } = await api.post<TemplatePreview>("/templates/preview", JSON.parse(question), {
        signal: abort.signal,
      });
      if (!abort.signal.aborted) setRendered(data ?? null);
    };
    const timer = setTimeout(() => void ask(), DELAY);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question]);
  return question ? rendered : null;
}

function CustomerChoice({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { t } = useTranslation("template");
  const [search, setSearch] = useState("");
  const list = useList<Customer>("customers", { page_size: 20, search });
  const found = list.data?.results ?? [];
  return (
    <Select
      aria-label={t("preview.customer")}
      placeholder={t("preview.customer")}
      value={value ?? undefined}
      loading={list.isFetching}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      options={found.map((item) => ({
        value: item.id,
        label: `${customerName(item)} · ${item.external_id ?? item.id}`,
      }))}
      onChange={onChange}
    />
  );
}

/** Every required part has something in it; what it is worth, the server says. */
function isReady(content: Draft["content"], schema: JsonSchema | undefined): boolean {
  return schema !== undefined && (schema.required ?? []).every((name) => content[name]);
}

export function Preview({ draft, schema }: { draft: Draft; schema: JsonSchema | undefined }) {
  const { t } = useTranslation("template");
  const [chosen, setChosen] = useState<string | null>(null);
  const first = useList<Customer>("customers", { page_size: 20, search: "" }).data?.results[0]?.id ?? null;
  const customer = chosen ?? first;
  const rendered = useRendered(draft, customer, isReady(draft.content, schema));
  const content = rendered?.content ?? draft.content;
  const sms = draft.channel === "sms" ? smsLength(smsText(content)) : null;
  return (
    <aside className={styles.preview}>
      <CustomerChoice value={customer} onChange={setChosen} />
      <PhoneFrame channel={draft.channel} content={content} to={rendered?.to} />
      {sms ? (
        <p className={styles.count}>{t("preview.sms", { chars: sms.characters, parts: sms.parts })}</p>
      ) : null}
      {(rendered?.problems ?? []).map((problem) => (
        <p key={`${problem.pointer}${problem.detail}`} className={styles.warning}>
          {problem.detail}
        </p>
      ))}
    </aside>
  );
}
