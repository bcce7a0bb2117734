/** A value to take along: shown whole, copied with one press. */
import { CopyOutlined } from "@ant-design/icons";
import { App, Button, Input } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import styles from "./ui.module.css";

interface Props {
  label: string;
  value: string;
  help?: string;
  multiline?: boolean;
}

/** Clipboard access needs a secure page; without it the text is marked, and the person copies by hand. */
async function copy(value: string, field: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    (field as HTMLInputElement | null)?.select?.();
    return false;
  }
}

export function CopyField({ label, value, help, multiline }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const id = useId();
  const take = async () => {
    if (await copy(value, document.getElementById(id))) void message.success(t("actions.copied"));
  };
  return (
    <div className={styles.copyField}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.copyRow}>
        {multiline ? (
          <Input.TextArea id={id} readOnly value={value} autoSize className={styles.mono} />
        ) : (
          <Input id={id} readOnly value={value} className={styles.mono} />
        )}
        <Button icon={<CopyOutlined aria-hidden />} onClick={() => void take()}>
          {t("actions.copy")}
        </Button>
      </div>
      {help ? <p className={styles.intro}>{help}</p> : null}
    </div>
  );
}
