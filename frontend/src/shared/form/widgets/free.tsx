/** Open-ended values: names with texts (template parameters), and JSON as the last resort. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "../form.module.css";
import { VariableText } from "../variableText";
import type { WidgetProps } from "../widgetProps";

type Pair = [string, unknown];

export function MapInput({ id, value, onChange, disabled, field, lang }: WidgetProps) {
  const { t } = useTranslation("form");
  const Better = useContext(VariableText);
  const pairs = Object.entries((value as Record<string, unknown>) ?? {}) as Pair[];
  const put = (next: Pair[]) => onChange(Object.fromEntries(next));
  const set = (index: number, pair: Pair) => put(pairs.map((old, at) => (at === index ? pair : old)));
  return (
    <div className={styles.stack} id={id}>
      {pairs.map(([name, text], index) => (
        <div key={`${index}`} className={styles.inline} style={{ flexWrap: "nowrap" }}>
          <Input
            aria-label={t("map.name")}
            placeholder={t("map.name")}
            style={{ width: 128, flex: "none" }}
            value={name}
            disabled={disabled}
            onChange={(event) => set(index, [event.target.value, text])}
          />
          {Better && field.schema["x-liquid"] ? (
            <div style={{ flex: 1, minWidth: 0 }}>
              <Better
                id={`${id}-${index}`}
                label={name || t("map.value")}
                placeholder={t("map.value")}
                value={typeof text === "string" ? text : JSON.stringify(text)}
                lang={lang}
                lines={1}
                onChange={(next) => set(index, [name, next])}
              />
            </div>
          ) : (
            <Input
              aria-label={t("map.value")}
              placeholder={t("map.value")}
              value={typeof text === "string" ? text : JSON.stringify(text)}
              disabled={disabled}
              onChange={(event) => set(index, [name, event.target.value])}
            />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t("map.remove")}
            disabled={disabled}
            onClick={() => put(pairs.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          disabled={disabled}
          onClick={() => put([...pairs, ["", ""]])}
        >
          {t("map.add")}
        </Button>
      </div>
    </div>
  );
}

function parse(text: string): { ok: boolean; value?: unknown } {
  if (!text.trim()) return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

export function JsonInput({ id, value, onChange, disabled }: WidgetProps) {
  const { t } = useTranslation("form");
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? (value === undefined ? "" : JSON.stringify(value, null, 2));
  const edit = (text: string) => {
    setDraft(text);
    const read = parse(text);
    if (read.ok) onChange(read.value);
  };
  return (
    <>
      <Input.TextArea
        id={id}
        autoSize={{ minRows: 2, maxRows: 12 }}
        style={{ fontFamily: "ui-monospace, monospace", fontSize: 12 }}
        value={shown}
        disabled={disabled}
        onChange={(event) => edit(event.target.value)}
        onBlur={() => parse(shown).ok && setDraft(null)}
      />
      {parse(shown).ok ? null : <p className={styles.problem}>{t("json.bad")}</p>}
    </>
  );
}
