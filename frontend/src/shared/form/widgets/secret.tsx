/** A secret is written, never read: the server says only whether one is set. */
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

function isSet(value: unknown): boolean {
  return typeof value === "object" && value !== null && (value as { set?: boolean }).set === true;
}

export function SecretInput({ id, value, onChange, field, disabled, problems }: WidgetProps) {
  const { t } = useTranslation("form");
  if (isSet(value)) {
    return (
      <div className={styles.inline}>
        <Input id={id} className={styles.grow} value={t("secret.set")} readOnly disabled />
        <Button disabled={disabled} onClick={() => onChange("")}>
          {t("secret.replace")}
        </Button>
      </div>
    );
  }
  const common = {
    id,
    value: typeof value === "string" ? value : "",
    disabled,
    status: problems.length > 0 ? ("error" as const) : undefined,
    autoComplete: "new-password",
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if (field.ui.multiline) return <Input.TextArea {...common} rows={4} />;
  return <Input.Password {...common} />;
}
