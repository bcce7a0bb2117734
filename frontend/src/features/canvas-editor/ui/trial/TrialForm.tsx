/** What a test run is asked: who, by which event, from when on, what the world answers, and where messages may go. */
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/shared/api/queries";
import type { Customer } from "@/shared/api/types";
import { customerName } from "@/shared/rule/RuleCount";
import { portsOf } from "../../model/ports";
import { titleOf } from "../../model/summary";
import { readProperties, type TrialQuestion } from "../../model/trial";
import { useDocument, useEditor, useSurroundings } from "../../store/editor";
import panel from "../panel.module.css";
import styles from "./trial.module.css";

const MOST = 50;
const CHANNELS = ["sms", "email"] as const;
const DECIDED = /^(flow\.wait_event|flow\.result|message\.)/;

export function TrialForm({ busy, onRun }: { busy: boolean; onRun: (question: TrialQuestion) => void }) {
  const { t } = useTranslation("trial");
  const kind = useDocument((state) => state.document.settings.kind);
  const [people, setPeople] = useState<string[]>([]);
  const [everyone, setEveryone] = useState(false);
  const [event, setEvent] = useState({ name: "", properties: "" });
  const [assume, setAssume] = useState<Record<string, string>>({});
  const [sendTo, setSendTo] = useState<Record<string, string>>({});
  const properties = readProperties(event.properties);
  const run = () =>
    onRun({
      customers: people,
      everyone,
      assume,
      send_to: Object.fromEntries(Object.entries(sendTo).filter(([, to]) => to.trim())),
      ...(event.name.trim() && properties ? { event: { name: event.name.trim(), properties } } : {}),
    });
  return (
    <form
      className={styles.form}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        run();
      }}
    >
      <PeopleChoice value={people} onChange={setPeople} />
      <Checkbox checked={everyone} onChange={(change) => setEveryone(change.target.checked)}>
        {t("everyone")}
      </Checkbox>
      <details>
        <summary>{t("more")}</summary>
        <div className={styles.form}>
          {kind === "triggered" ? (
            <EventChoice value={event} bad={properties === null} onChange={setEvent} />
          ) : null}
          <Outcomes value={assume} onChange={setAssume} />
          {CHANNELS.map((channel) => (
            <label key={channel} className={panel.row}>
              <span>{t(`sendTo.${channel}`)}</span>
              <Input
                value={sendTo[channel] ?? ""}
                placeholder={t("sendTo.none")}
                onChange={(change) => setSendTo({ ...sendTo, [channel]: change.target.value })}
              />
            </label>
          ))}
        </div>
      </details>
      <Button
        type="primary"
        htmlType="submit"
        loading={busy}
        disabled={!people.length || people.length > MOST || properties === null}
      >
        {t("run")}
      </Button>
    </form>
  );
}

function PeopleChoice({ value, onChange }: { value: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation("trial");
  const [search, setSearch] = useState("");
  const list = useList<Customer>("customers", { page_size: 20, search });
  const found = list.data?.results ?? [];
  return (
    <Select
      mode="multiple"
      className={panel.wide}
      aria-label={t("people")}
      placeholder={t("people")}
      value={value}
      maxCount={MOST}
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

interface EventText {
  name: string;
  properties: string;
}

function EventChoice(props: { value: EventText; bad: boolean; onChange: (event: EventText) => void }) {
  const { t } = useTranslation("trial");
  const { value, bad, onChange } = props;
  return (
    <>
      <label className={panel.row}>
        <span>{t("event")}</span>
        <Input
          value={value.name}
          placeholder="cart.added"
          onChange={(change) => onChange({ ...value, name: change.target.value })}
        />
      </label>
      <label className={panel.row}>
        <span>{t("properties")}</span>
        <Input.TextArea
          rows={2}
          value={value.properties}
          status={bad ? "error" : ""}
          placeholder={'{"sku": "4JT"}'}
          onChange={(change) => onChange({ ...value, properties: change.target.value })}
        />
        {bad ? <em className={styles.bad}>{t("badProperties")}</em> : null}
      </label>
    </>
  );
}

/** Steps whose outcome only the world decides: what shall it be in this test run? */
function Outcomes(props: {
  value: Record<string, string>;
  onChange: (assume: Record<string, string>) => void;
}) {
  const { t } = useTranslation("trial");
  const { catalogue } = useEditor();
  const { lang } = useSurroundings();
  const nodes = useDocument((state) => state.document.nodes);
  const open = Object.values(nodes).filter((node) => DECIDED.test(node.type));
  const set = (id: string, port: string | undefined) => {
    const { [id]: _, ...rest } = props.value;
    props.onChange(port ? { ...rest, [id]: port } : rest);
  };
  return open.map((node) => {
    const entry = catalogue.byType.get(node.type);
    const ports = portsOf(entry, node.config).outputs.filter((port) => port.key !== "out");
    return (
      <label key={node.id} className={panel.row}>
        <span>{t("outcome", { step: titleOf(entry, node, lang) })}</span>
        <Select
          allowClear
          placeholder={t("usual")}
          value={props.value[node.id]}
          options={ports.map((port) => ({ value: port.key, label: port.labels[lang] }))}
          onChange={(port: string | undefined) => set(node.id, port)}
        />
      </label>
    );
  });
}
