/** The content of a mail: blocks that are put together here, or HTML that comes from elsewhere. */
import { Segmented } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Values } from "@/shared/form/fields";
import { below, SchemaForm } from "@/shared/form/SchemaForm";
import type { JsonSchema, PlacedProblem } from "@/shared/form/schema";
import { type Block, started } from "./blocks/model";
import styles from "./template.module.css";

const BlockList = lazy(() => import("./blocks/BlockList"));

interface Props {
  schema: JsonSchema;
  value: Values;
  onChange: (next: Values) => void;
  problems: PlacedProblem[];
  lang: string;
}

const FIRST = ["subject", "subject_prefix", "preheader"];

/** The schema with some of its fields only. */
function part(schema: JsonSchema, names: string[]): JsonSchema {
  const kept = Object.entries(schema.properties ?? {}).filter(([name]) => names.includes(name));
  return { ...schema, properties: Object.fromEntries(kept) };
}

export function EmailContent({ schema, value, onChange, problems, lang }: Props) {
  const { t } = useTranslation("template");
  const byBlocks = !value.html;
  const blocks = (value.blocks as Block[] | undefined) ?? [];
  const swap = (how: string) => {
    const { blocks: _blocks, html: _html, ...rest } = value;
    const start = ["heading", "text", "footer"].map((type) =>
      started(type, (key) => t(`blocks.starts.${key}`)),
    );
    onChange(how === "blocks" ? { ...rest, blocks: start } : { ...rest, html: "<p></p>" });
  };
  return (
    <div className={styles.left}>
      <SchemaForm
        schema={part(schema, FIRST)}
        root={schema}
        value={value}
        onChange={onChange}
        problems={problems}
        lang={lang}
      />
      <Segmented
        aria-label={t("blocks.how")}
        style={{ alignSelf: "flex-start" }}
        value={byBlocks ? "blocks" : "html"}
        options={["blocks", "html"].map((key) => ({ value: key, label: t(`blocks.by.${key}`) }))}
        onChange={swap}
      />
      {byBlocks ? (
        <Suspense>
          <BlockList
            id="blocks"
            blocks={blocks}
            problems={below(problems, "blocks")}
            lang={lang}
            onChange={(next) => onChange({ ...value, blocks: next })}
          />
        </Suspense>
      ) : null}
      <SchemaForm
        schema={part(schema, byBlocks ? ["text"] : ["html", "text"])}
        root={schema}
        value={value}
        onChange={onChange}
        problems={problems}
        lang={lang}
      />
      {byBlocks ? <p className={styles.note}>{t("blocks.textNote")}</p> : null}
    </div>
  );
}
