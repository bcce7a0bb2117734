/** Being in a set: tags carried, audience membership. */
import { useTranslation } from "react-i18next";
import { useList } from "@/shared/api/queries";
import type { Tag } from "@/shared/api/types";
import { Choose } from "@/shared/form/widgets/pickers";
import { compact } from "@/shared/lib/format";
import { Operator } from "../Operator";
import styles from "../rule.module.css";
import { badAt, type EditorProps } from "./props";

const FALLBACK = ["has_any", "has_all", "has_none"];

export function TagEditor({ rule, onChange, problems, words, catalogue, lang, disabled }: EditorProps) {
  const { t } = useTranslation("rule");
  const tags = useList<Tag>("tags", { page_size: 500 });
  const offered = catalogue.conditions?.results.find((info) => info.key === "tag")?.operators;
  return (
    <div className={styles.line}>
      <span className={styles.word}>{t("tag.label")}</span>
      <Operator
        label={t("tag.label")}
        value={rule.op}
        operators={offered?.length ? offered : FALLBACK}
        numeric={false}
        words={words}
        disabled={disabled}
        onChange={(op) => onChange({ ...rule, op })}
      />
      <div className={styles.longBox}>
        <Choose
          label={t("tag.label")}
          many
          value={(rule.value as string[]) ?? []}
          loading={tags.isPending}
          failed={tags.isError}
          disabled={disabled}
          bad={badAt(problems, "value")}
          choices={(tags.data?.results ?? []).map((tag) => ({
            value: tag.name,
            label: tag.name,
            note: compact(tag.customers, lang),
          }))}
          onChange={(value) => onChange({ ...rule, value })}
        />
      </div>
    </div>
  );
}

export function AudienceEditor({ rule, onChange, problems, catalogue, lang, disabled }: EditorProps) {
  const { t } = useTranslation("rule");
  return (
    <div className={styles.line}>
      <span className={styles.word}>{t("audience.label")}</span>
      <div className={styles.longBox}>
        <Choose
          label={t("audience.label")}
          value={rule.id}
          disabled={disabled}
          bad={badAt(problems, "id")}
          choices={catalogue.audiences.map((item) => ({
            value: item.id,
            label: item.name,
            note: compact(item.size, lang),
          }))}
          onChange={(id) => onChange({ ...rule, id })}
        />
      </div>
    </div>
  );
}
