/** Text with Liquid variables: chips insert at the caret, so nobody has to know the syntax. */
import { Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { createElement, useContext, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "../form.module.css";
import { useVariables } from "../variables";
import { VariableText } from "../variableText";
import type { WidgetProps } from "../widgetProps";

const SHOWN = 8;
const LINES: Record<string, number> = { text: 1, textarea: 4, html: 10 };

export function insertAt(text: string, start: number, end: number, piece: string): string {
  return text.slice(0, start) + piece + text.slice(end);
}

export function LiquidInput(props: WidgetProps) {
  const Better = useContext(VariableText);
  if (!Better || props.disabled) return <PlainLiquid {...props} />;
  const { id, value, onChange, field, lang, problems } = props;
  return createElement(Better, {
    id,
    label: field.label,
    value: typeof value === "string" ? value : "",
    onChange,
    lang,
    lines: LINES[field.ui.widget ?? ""] ?? 2,
    maxLength: field.schema.maxLength,
    invalid: problems.length > 0,
  });
}

function PlainLiquid({ id, value, onChange, field, lang, disabled, problems }: WidgetProps) {
  const { t } = useTranslation("form");
  const area = useRef<TextAreaRef>(null);
  const [all, setAll] = useState(false);
  const variables = useVariables(lang);
  const text = typeof value === "string" ? value : "";
  const rows = LINES[field.ui.widget ?? ""] ?? 2;

  const insert = (piece: string) => {
    const element = area.current?.resizableTextArea?.textArea;
    const start = element?.selectionStart ?? text.length;
    const end = element?.selectionEnd ?? text.length;
    onChange(insertAt(text, start, end, piece));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(start + piece.length, start + piece.length);
    });
  };

  return (
    <div className={styles.stack}>
      <Input.TextArea
        id={id}
        ref={area}
        value={text}
        autoSize={{ minRows: rows, maxRows: 16 }}
        status={problems.length > 0 ? "error" : undefined}
        maxLength={field.schema.maxLength}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className={styles.chips} role="group" aria-label={t("variables.title")}>
        {(all ? variables : variables.slice(0, SHOWN)).map((variable) => (
          <button
            key={variable.insert}
            type="button"
            className={styles.chip}
            disabled={disabled}
            title={variable.insert}
            onClick={() => insert(variable.insert)}
          >
            {variable.label}
          </button>
        ))}
        {variables.length > SHOWN ? (
          <button type="button" className={styles.chip} onClick={() => setAll(!all)}>
            {all ? t("variables.fewer") : t("variables.all", { n: variables.length })}
          </button>
        ) : null}
      </div>
    </div>
  );
}
