/** Parts of a whole in percent: variants of a test, branches of a random split. The sum is always in sight. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { nextKey } from "../lists";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

interface Share {
  key: string;
  label?: string;
  share: number;
  [other: string]: unknown;
}

/** Whole percents that add up to 100: the first ones take what does not divide. */
export function evenShares(count: number): number[] {
  const base = Math.floor(100 / count);
  return Array.from({ length: count }, (_, index) => base + (index < 100 - base * count ? 1 : 0));
}

function evened(list: Share[]): Share[] {
  const parts = evenShares(list.length);
  return list.map((item, index) => ({ ...item, share: parts[index] ?? 0 }));
}

export function SharesInput({ id, value, onChange, disabled, problems, field }: WidgetProps) {
  const { t } = useTranslation("form");
  const list = (Array.isArray(value) ? value : []) as Share[];
  const total = list.reduce((sum, item) => sum + (Number(item.share) || 0), 0);
  const least = field.schema.minItems ?? 1;
  const most = field.schema.maxItems ?? 30;
  const set = (index: number, patch: Partial<Share>) =>
    onChange(list.map((item, at) => (at === index ? { ...item, ...patch } : item)));
  const add = () => onChange(evened([...list, { key: nextKey(list.map((item) => item.key)), share: 0 }]));
  return (
    <div className={styles.stack} id={id}>
      <div className={styles.bar} aria-hidden="true">
        {list.map((item) => (
          <span key={item.key} style={{ flexGrow: item.share || 0.01 }} />
        ))}
      </div>
      {list.map((item, index) => (
        <div key={item.key} className={styles.inline} style={{ flexWrap: "nowrap" }}>
          <span className={styles.key}>{item.key.toUpperCase()}</span>
          <Input
            aria-label={t("shares.name", { key: item.key })}
            placeholder={t("shares.namePlaceholder")}
            value={item.label ?? ""}
            disabled={disabled}
            onChange={(event) => set(index, { label: event.target.value || undefined })}
          />
          <InputNumber
            aria-label={t("shares.share", { key: item.key })}
            style={{ width: 104, flex: "none" }}
            min={0}
            max={100}
            suffix="%"
            value={item.share}
            status={problems.some((p) => p.pointer.startsWith(`/${index}`)) ? "error" : undefined}
            disabled={disabled}
            onChange={(next) => set(index, { share: next ?? 0 })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t("shares.remove", { key: item.key })}
            disabled={disabled || list.length <= least}
            onClick={() => onChange(list.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div className={styles.inline}>
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          disabled={disabled || list.length >= most}
          onClick={add}
        >
          {t("shares.add")}
        </Button>
        <Button
          size="small"
          type="text"
          disabled={disabled || !list.length}
          onClick={() => onChange(evened(list))}
        >
          {t("shares.even")}
        </Button>
        <span className={`${styles.total} ${total === 100 ? "" : styles.totalBad}`}>
          {t("shares.total", { total })}
        </span>
      </div>
    </div>
  );
}
