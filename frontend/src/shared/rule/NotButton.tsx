/** Turning a condition or a group round: those for whom it does not hold. */
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import styles from "./rule.module.css";

interface Props {
  negated: boolean;
  onClick: () => void;
  disabled?: boolean;
}

export function NotButton({ negated, onClick, disabled }: Props) {
  const { t } = useTranslation("rule");
  return (
    <Tooltip title={t("builder.negate")}>
      <button
        type="button"
        className={`${styles.not} ${negated ? styles.notOn : ""}`}
        aria-pressed={negated}
        disabled={disabled}
        onClick={onClick}
      >
        {t("not")}
      </button>
    </Tooltip>
  );
}
