/** What stands in place of a variable that somebody has not: asked below the text when a chip is clicked. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./chips.module.css";

interface Props {
  name: string;
  fallback: string;
  onDone: (fallback: string) => void;
  onRemove: () => void;
}

export function ChipDetail({ name, fallback, onDone, onRemove }: Props) {
  const { t } = useTranslation("template");
  const [text, setText] = useState(fallback);
  return (
    <div className={styles.detail} role="group" aria-label={name}>
      <span className={styles.inline}>{name}</span>
      <Input
        size="small"
        value={text}
        maxLength={100}
        aria-label={t("chips.fallback")}
        placeholder={t("chips.fallback")}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={(event) => {
          event.preventDefault(); // the text gets the focus back: this Enter is not for it
          onDone(text);
        }}
      />
      <Button size="small" onClick={() => onDone(text)}>
        {t("chips.apply")}
      </Button>
      <Button size="small" type="text" danger onClick={onRemove}>
        {t("chips.remove")}
      </Button>
    </div>
  );
}
