/** The things in a package, one card each: kind first, then the few fields of that kind. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldError } from "@/shared/api/problem";
import { problemsAt } from "@/shared/api/problem";
import { useList } from "@/shared/api/queries";
import type { RewardItem, Tag } from "@/shared/api/types";
import { FieldRow } from "@/shared/form/FieldRow";
import { Choose, tagChoice } from "@/shared/form/widgets/pickers";
import { COST, ITEM_FIELDS, ITEM_KINDS, type ItemField, newItem, withKind } from "./items";
import styles from "./reward.module.css";

function TagChoice({
  id,
  value,
  onChange,
}: {
  id: string;
  value: unknown;
  onChange: (next: unknown) => void;
}) {
  const { t, i18n } = useTranslation("form");
  const tags = useList<Tag>("tags", { page_size: 500 });
  return (
    <Choose
      id={id}
      value={value}
      onChange={onChange}
      loading={tags.isPending}
      failed={tags.isError}
      choices={(tags.data?.results ?? []).map((tag) =>
        tagChoice(tag, true, t("pickers.kept"), i18n.language),
      )}
    />
  );
}

function Control({
  id,
  field,
  value,
  onChange,
}: {
  id: string;
  field: ItemField;
  value: unknown;
  onChange: (next: unknown) => void;
}) {
  const { t } = useTranslation("rewards");
  if (field.type === "tag") return <TagChoice id={id} value={value} onChange={onChange} />;
  if (field.type === "text") {
    return (
      <Input id={id} value={(value as string) ?? ""} onChange={(event) => onChange(event.target.value)} />
    );
  }
  const money = field.type === "money";
  return (
    <InputNumber
      id={id}
      style={{ width: "100%" }}
      min={money ? "0" : 1}
      precision={money ? 2 : 0}
      stringMode={money}
      suffix={money ? t("yuan") : undefined}
      value={value as string | number | null}
      onChange={(next) => onChange(next === null ? undefined : money ? String(next) : Number(next))}
    />
  );
}

interface CardProps {
  item: RewardItem;
  index: number;
  onlyOne: boolean;
  problems: FieldError[];
  onChange: (next: RewardItem) => void;
  onRemove: () => void;
}

function ItemCard({ item, index, onlyOne, problems, onChange, onRemove }: CardProps) {
  const { t } = useTranslation("rewards");
  return (
    <div className={styles.item}>
      <div className={styles.itemHead}>
        <Select
          aria-label={t("kind")}
          value={item.kind}
          popupMatchSelectWidth={false}
          options={ITEM_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
          onChange={(kind) => onChange(withKind(item, kind))}
        />
        <span className={styles.itemHelp}>{t(`kindHelp.${item.kind}`)}</span>
        <Button
          type="text"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={t("removeItem")}
          disabled={onlyOne}
          onClick={onRemove}
        />
      </div>
      <div className={styles.itemFields}>
        {[...ITEM_FIELDS[item.kind], COST].map((field) => (
          <FieldRow
            key={field.name}
            id={`item-${index}-${field.name}`}
            field={{ label: t(`fields.${field.name}`), help: "", required: field.required, widget: "text" }}
            problems={problemsAt(problems, `/${field.name}`)}
          >
            <Control
              id={`item-${index}-${field.name}`}
              field={field}
              value={item[field.name]}
              onChange={(next) => onChange({ ...item, [field.name]: next })}
            />
          </FieldRow>
        ))}
      </div>
      {problems
        .filter(
          (problem) =>
            ![...ITEM_FIELDS[item.kind], COST].some((field) => problem.pointer.startsWith(`/${field.name}`)),
        )
        .map((problem) => (
          <p key={problem.pointer + problem.detail} role="alert" className={styles.problem}>
            {problem.detail}
          </p>
        ))}
    </div>
  );
}

interface Props {
  items: RewardItem[];
  problems: FieldError[];
  onChange: (next: RewardItem[]) => void;
}

export function ItemsEditor({ items, problems, onChange }: Props) {
  const { t } = useTranslation("rewards");
  return (
    <div className={styles.items}>
      {items.map((item, index) => (
        <ItemCard
          key={`${index}`}
          item={item}
          index={index}
          onlyOne={items.length === 1}
          problems={problemsAt(problems, `/${index}`)}
          onChange={(next) => onChange(items.map((old, at) => (at === index ? next : old)))}
          onRemove={() => onChange(items.filter((_, at) => at !== index))}
        />
      ))}
      <div>
        <Button icon={<PlusOutlined aria-hidden />} onClick={() => onChange([...items, newItem("points")])}>
          {t("addItem")}
        </Button>
      </div>
    </div>
  );
}
