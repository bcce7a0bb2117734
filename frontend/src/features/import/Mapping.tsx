/** Each column of the file with some of its values, and what it becomes. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCatalogue } from "@/shared/api/queries";
import type { AttributeDefinition, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import styles from "./import.module.css";
import { type FileImport, groups, hasType, type Kind, type Target, TYPES } from "./model";

const NONE = "";

interface Props {
  kind: Kind;
  columns: FileImport["columns"];
  targets: (Target | null)[];
  onChange: (targets: (Target | null)[]) => void;
}

/** A target in words: an attribute by its label, everything else by its own name. */
export function useTargetName(): (to: string) => string {
  const { t, i18n } = useTranslation("imports");
  const known = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=1000").data?.results ?? [];
  return (to) => {
    const [family = "", ...rest] = to.split(".");
    const key = rest.join(".");
    if (family === "attributes")
      return pick(known.find((item) => item.key === key)?.label, i18n.language) || key;
    if (family === "consents")
      return t("target.consent", { channel: t(`channel.${key}`, { defaultValue: key }) });
    const who = family === "identities" || family === "customer" ? `target.${key}` : `target.${to}`;
    return t(who, { defaultValue: key || to });
  };
}

export function Mapping({ kind, columns, targets, onChange }: Props) {
  const { t } = useTranslation("imports");
  const name = useTargetName();
  const attributes = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=1000").data?.results ?? [];
  const set = (index: number, target: Target | null) =>
    onChange(targets.map((old, i) => (i === index ? target : target && old?.to === target.to ? null : old)));
  return (
    <ul className={styles.mapping}>
      {columns.map((column, index) => {
        const target = targets[index] ?? null;
        return (
          <li key={column.header}>
            <div className={styles.column}>
              <strong>{column.header}</strong>
              <span className={styles.samples}>{column.samples.join(" · ") || t("mapping.empty")}</span>
            </div>
            <span className={styles.arrow} aria-hidden="true">
              →
            </span>
            <div className={styles.becomes}>
              <Select
                className={styles.select}
                aria-label={t("mapping.becomes", { column: column.header })}
                showSearch={{ optionFilterProp: "label" }}
                popupMatchSelectWidth={false}
                value={target?.to ?? NONE}
                onChange={(to) => set(index, to === NONE ? null : { to, type: target?.type ?? "string" })}
                options={[
                  { value: NONE, label: t("mapping.skip") },
                  ...groups(kind, column.header, attributes).map((group) => ({
                    label: t(`group.${group.group}`),
                    options: group.targets.map((to) => ({ value: to, label: name(to) })),
                  })),
                  ...(target &&
                  !groups(kind, column.header, attributes).some((g) => g.targets.includes(target.to))
                    ? [{ value: target.to, label: name(target.to) }]
                    : []),
                ]}
              />
              {target && hasType(target.to, attributes) ? (
                <Select
                  className={styles.type}
                  aria-label={t("mapping.type", { column: column.header })}
                  value={target.type}
                  onChange={(type) => set(index, { to: target.to, type })}
                  options={TYPES.map((value) => ({ value, label: t(`type.${value}`) }))}
                />
              ) : null}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
