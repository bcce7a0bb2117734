/** Choosing a property of an event by its own name; one that was never seen yet can be typed in. */
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "./model/sentence";
import styles from "./rule.module.css";

interface Props {
  names: string[];
  value: string | undefined;
  onChange: (name: string) => void;
  words: Words;
  bad?: boolean;
  disabled?: boolean;
}

export function PropertyPick({ names, value, onChange, words, bad, disabled }: Props) {
  const { t } = useTranslation("rule");
  const [typed, setTyped] = useState("");
  const offered = [...new Set([...names, value ?? "", typed.trim()])].filter(Boolean);
  return (
    <Select
      aria-label={t("event.property")}
      className={styles.property}
      popupMatchSelectWidth={false}
      placeholder={t("event.property")}
      value={value || undefined}
      status={bad ? "error" : undefined}
      disabled={disabled}
      showSearch={{ optionFilterProp: "label", onSearch: setTyped }}
      options={offered.map((name) => ({ value: name, label: words.property(name) }))}
      onChange={onChange}
    />
  );
}
