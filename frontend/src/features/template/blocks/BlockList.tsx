/** The blocks of a mail one below the other: filled in, moved, taken out, and new ones added. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { below } from "@/shared/form/SchemaForm";
import type { PlacedProblem } from "@/shared/form/schema";
import ChipText from "../chips/ChipText";
import styles from "./blocks.module.css";
import { BLOCKS, type Block, type FieldKind, moved, SIMPLE, started, withField } from "./model";

interface ListProps {
  id: string;
  blocks: Block[];
  onChange: (next: Block[]) => void;
  problems: PlacedProblem[];
  lang: string;
  kinds?: string[];
}

export default function BlockList({
  id,
  blocks,
  onChange,
  problems,
  lang,
  kinds = Object.keys(BLOCKS),
}: ListProps) {
  const { t } = useTranslation("template");
  const add = (type: string) => onChange([...blocks, started(type, (key) => t(`blocks.starts.${key}`))]);
  return (
    <div className={styles.list}>
      <div className={styles.list} role="list" aria-label={t("blocks.title")}>
        {blocks.map((block, index) => (
          <BlockCard
            key={`${index}-${block.type}-${blocks.length}`}
            id={`${id}-${index}`}
            block={block}
            lang={lang}
            problems={below(problems, String(index))}
            first={index === 0}
            last={index === blocks.length - 1}
            onChange={(next) => onChange(blocks.map((old, at) => (at === index ? next : old)))}
            onMove={(by) => onChange(moved(blocks, index, by))}
            onRemove={() => onChange(blocks.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: kinds.map((key) => ({ key, label: t(`blocks.${key}`) })),
          onClick: ({ key }) => add(key),
        }}
      >
        <Button size="small" icon={<PlusOutlined aria-hidden />} style={{ alignSelf: "flex-start" }}>
          {t("blocks.add")}
        </Button>
      </Dropdown>
    </div>
  );
}

interface CardProps {
  id: string;
  block: Block;
  lang: string;
  problems: PlacedProblem[];
  first: boolean;
  last: boolean;
  onChange: (next: Block) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function BlockCard(props: CardProps) {
  const { id, block, lang, problems, first, last, onChange, onMove, onRemove } = props;
  const { t } = useTranslation("template");
  const name = t(`blocks.${block.type}`);
  return (
    <div className={styles.card} role="listitem" aria-label={name}>
      <div className={styles.head}>
        <strong>{name}</strong>
        <Button
          type="text"
          size="small"
          disabled={first}
          aria-label={t("blocks.up", { name })}
          icon={<ArrowUpOutlined aria-hidden />}
          onClick={() => onMove(-1)}
        />
        <Button
          type="text"
          size="small"
          disabled={last}
          aria-label={t("blocks.down", { name })}
          icon={<ArrowDownOutlined aria-hidden />}
          onClick={() => onMove(1)}
        />
        <Button
          type="text"
          size="small"
          aria-label={t("blocks.remove", { name })}
          icon={<DeleteOutlined aria-hidden />}
          onClick={onRemove}
        />
      </div>
      {(BLOCKS[block.type] ?? []).map(([field, kind]) => (
        <BlockField
          key={field}
          id={`${id}-${field}`}
          label={t(`blocks.fields.${field}`)}
          kind={kind}
          value={block[field]}
          lang={lang}
          problems={below(problems, field)}
          onChange={(value) => onChange(withField(block, field, value))}
        />
      ))}
      {block.columns ? <Columns {...props} columns={block.columns} /> : null}
    </div>
  );
}

function Columns({ id, block, columns, lang, problems, onChange }: CardProps & { columns: Block[][] }) {
  const inside = below(problems, "columns");
  return (
    <div className={styles.columns}>
      {columns.map((column, index) => (
        <BlockList
          key={`${index}`}
          id={`${id}-${index}`}
          blocks={column}
          lang={lang}
          kinds={SIMPLE}
          problems={below(inside, String(index))}
          onChange={(next) =>
            onChange({ ...block, columns: columns.map((old, at) => (at === index ? next : old)) })
          }
        />
      ))}
    </div>
  );
}

interface FieldProps {
  id: string;
  label: string;
  kind: FieldKind;
  value: unknown;
  lang: string;
  problems: PlacedProblem[];
  onChange: (next: unknown) => void;
}

function BlockField({ id, label, kind, value, lang, problems, onChange }: FieldProps) {
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <Control
        id={id}
        label={label}
        kind={kind}
        value={value}
        lang={lang}
        problems={problems}
        onChange={onChange}
      />
      {problems.map((problem) => (
        <p key={problem.detail} role="alert" className={styles.problem}>
          {problem.detail}
        </p>
      ))}
    </div>
  );
}

function Control({ id, label, kind, value, lang, problems, onChange }: FieldProps) {
  const { t } = useTranslation("template");
  if (kind === "align")
    return (
      <Segmented
        size="small"
        aria-label={label}
        style={{ alignSelf: "flex-start" }}
        value={(value as string) ?? "left"}
        options={["left", "center", "right"].map((key) => ({ value: key, label: t(`blocks.align.${key}`) }))}
        onChange={onChange}
      />
    );
  if (kind === "level")
    return (
      <Segmented
        size="small"
        aria-label={label}
        style={{ alignSelf: "flex-start" }}
        value={(value as number) ?? 1}
        options={[1, 2, 3].map((key) => ({ value: key, label: t(`blocks.level.${key}`) }))}
        onChange={onChange}
      />
    );
  return (
    <ChipText
      id={id}
      label={label}
      value={typeof value === "string" ? value : ""}
      lang={lang}
      lines={kind === "words" ? 3 : 1}
      invalid={problems.length > 0}
      onChange={onChange}
    />
  );
}
