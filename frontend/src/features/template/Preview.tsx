/** The message as a chosen customer would get it, rendered by the server (the same code as sending). */
import { Segmented, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { useList } from "@/shared/api/queries";
import { problemsAt } from "@/shared/api/problem";
import type { Customer, TemplatePreview } from "@/shared/api/types";
import type { JsonSchema, PlacedProblem } from "@/shared/form/schema";
import { customerName } from "@/shared/rule/RuleCount";
import { PhoneFrame } from "@/shared/ui/PhoneFrame";
import type { Draft } from "./TemplateForm";
import styles from "./template.module.css";

const DELAY = 400;

/** What the server made of the draft, and what it has against it. */
interface Rendered {
  shown: TemplatePreview | null;
  faults: PlacedProblem[];
}

const NOTHING: Rendered = { shown: null, faults: [] };

/** Asks for a rendering of what is on the screen; an older answer never overwrites a newer one. */
function useRendered(draft: Draft, customer: string | null, ready: boolean): Rendered {
  const [rendered, setRendered] = useState<Rendered>(NOTHING);
  const { channel, content, purpose, track } = draft;
  const question = ready ? JSON.stringify({ channel, content, purpose, track, customer }) : "";
  useEffect(() => {
    if (!question) return;
    const abort = new AbortController();
    const ask = async () => {
      const { data, problem } = await api.post<TemplatePreview>("/templates/preview", JSON.parse(question), {
        signal: abort.signal,
      });
      if (abort.signal.aborted) return;
      setRendered({ shown: data ?? null, faults: problemsAt(problem?.errors ?? [], "/content") });
    };
    const timer = setTimeout(() => void ask(), DELAY);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question]);
  return question ? rendered : NOTHING;
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

interface Props {
  draft: Draft;
  schema: JsonSchema | undefined;
  /** As whom it is filled in: chosen here, used by the test too. */
  customer: string | null;
  onCustomer: (id: string) => void;
  /** Told as they are found, to be shown at their fields. */
  onFaults: (faults: PlacedProblem[]) => void;
}

export function Preview({ draft, schema, customer: chosen, onCustomer, onFaults }: Props) {
  const { t } = useTranslation("template");
  const [wide, setWide] = useState(false);
  const first = useList<Customer>("customers", { page_size: 20, search: "" }).data?.results[0]?.id ?? null;
  const customer = chosen ?? first;
  const { shown: rendered, faults } = useRendered(draft, customer, isReady(draft.content, schema));
  useEffect(() => onFaults(faults), [faults, onFaults]);
  const content = rendered?.content ?? draft.content;
  const sms = rendered?.sms;
  const preheader = draft.content.preheader ? { preheader: draft.content.preheader } : {};
  return (
    <aside className={styles.preview}>
      <CustomerChoice value={customer} onChange={(id) => id && onCustomer(id)} />
      {draft.channel === "email" ? (
        <Segmented
          block
          aria-label={t("preview.device")}
          value={wide ? "desktop" : "phone"}
          options={["phone", "desktop"].map((key) => ({ value: key, label: t(`preview.${key}`) }))}
          onChange={(key) => setWide(key === "desktop")}
        />
      ) : null}
      {draft.channel === "email" && wide ? (
        <div className={styles.desktop}>
          <iframe sandbox="" title={t("preview.desktop")} srcDoc={String(content.html ?? "")} />
        </div>
      ) : (
        <PhoneFrame
          channel={draft.channel}
          content={sms ? { ...content, text: sms.text, sign: "" } : { ...content, ...preheader }}
          to={rendered?.to}
        />
      )}
      {sms ? (
        <p className={styles.count}>{t("preview.sms", { chars: sms.length, parts: sms.segments })}</p>
      ) : null}
      {(rendered?.problems ?? []).map((problem) => (
        <p key={`${problem.pointer}${problem.detail}`} className={styles.warning}>
          {problem.detail}
        </p>
      ))}
    </aside>
  );
}
