/** The rule as text: to take along, or to put one in that came from elsewhere. */
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fromText, toText } from "./model/text";
import styles from "./rule.module.css";
import type { Rule } from "./types";

interface Props {
  rule: Rule | null;
  /** undefined: closed without a change. */
  onDone: (next: Rule | undefined) => void;
}

export function RuleText({ rule, onDone }: Props) {
  const { t } = useTranslation("rule");
  const [text, setText] = useState(toText(rule));
  const read = fromText(text);
  const bad = text.trim() !== "" && read === null;
  return (
    <Modal
      open
      title={t("builder.asText")}
      okText={t("builder.takeText")}
      okButtonProps={{ disabled: read === null }}
      onOk={() => onDone(read ?? undefined)}
      onCancel={() => onDone(undefined)}
    >
      <p className={styles.hint}>{t("builder.textHelp")}</p>
      <Input.TextArea
        autoFocus
        aria-label={t("builder.asText")}
        className={styles.text}
        autoSize={{ minRows: 8, maxRows: 20 }}
        value={text}
        status={bad ? "error" : undefined}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
      />
      {bad ? (
        <p role="alert" className={styles.problem}>
          {t("builder.badText")}
        </p>
      ) : null}
    </Modal>
  );
}
