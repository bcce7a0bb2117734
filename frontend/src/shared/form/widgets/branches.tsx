/** Ordered branches, each with a name and a rule: the first that holds takes the customer. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { RuleField } from "@/shared/rule/RuleField";
import type { Rule } from "@/shared/rule/types";
import { moved, nextKey } from "../lists";
import type { PlacedProblem } from "../schema";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

interface Branch {
  key: string;
  label?: string;
  rule?: Rule;
  [other: string]: unknown;
}

interface CardProps {
  branch: Branch;
  index: number;
  last: boolean;
  problems: PlacedProblem[];
  lang: string;
  disabled?: boolean;
  onChange: (patch: Partial<Branch>) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function BranchCard({
  branch,
  index,
  last,
  problems,
  lang,
  disabled,
  onChange,
  onMove,
  onRemove,
}: CardProps) {
  const { t } = useTranslation("form");
  const icon = (label: string, sign: React.ReactNode, off: boolean, act: () => void) => (
    <Button
      type="text"
      size="small"
      aria-label={label}
      icon={sign}
      disabled={disabled || off}
      onClick={act}
    />
  );
  return (
    <div className={styles.card}>
      <div className={styles.cardHead}>
        <span className={styles.key}>{index + 1}</span>
        <Input
          aria-label={t("branches.name", { n: index + 1 })}
          placeholder={t("branches.namePlaceholder")}
          value={branch.label ?? ""}
          disabled={disabled}
          onChange={(event) => onChange({ label: event.target.value || undefined })}
        />
        {icon(t("branches.up"), <ArrowUpOutlined aria-hidden />, index === 0, () => onMove(-1))}
        {icon(t("branches.down"), <ArrowDownOutlined aria-hidden />, last, () => onMove(1))}
        {icon(t("branches.remove"), <DeleteOutlined aria-hidden />, false, onRemove)}
      </div>
      <RuleField
        value={branch.rule ?? null}
        onChange={(rule) => onChange({ rule: rule ?? undefined })}
        problems={problems}
        lang={lang}
        disabled={disabled}
        title={branch.label || t("branches.title", { n: index + 1 })}
      />
    </div>
  );
}

export function BranchesInput({ id, value, onChange, problems, lang, disabled }: WidgetProps) {
  const { t } = useTranslation("form");
  const list = (Array.isArray(value) ? value : []) as Branch[];
  const at = (index: number) =>
    problems
      .filter((problem) => problem.pointer.startsWith(`/${index}`))
      .map((problem) => ({
        ...problem,
        pointer: problem.pointer.replace(`/${index}`, "").replace("/rule", ""),
      }));
  return (
    <div className={styles.stack} id={id}>
      {list.map((branch, index) => (
        <BranchCard
          key={branch.key}
          branch={branch}
          index={index}
          last={index === list.length - 1}
          problems={at(index)}
          lang={lang}
          disabled={disabled}
          onChange={(patch) => onChange(list.map((b, i) => (i === index ? { ...b, ...patch } : b)))}
          onMove={(by) => onChange(moved(list, index, index + by))}
          onRemove={() => onChange(list.filter((_, i) => i !== index))}
        />
      ))}
      <Button
        icon={<PlusOutlined aria-hidden />}
        disabled={disabled}
        onClick={() => onChange([...list, { key: nextKey(list.map((b) => b.key)) }])}
      >
        {t("branches.add")}
      </Button>
      <p className={styles.help}>{t("branches.else")}</p>
    </div>
  );
}
