/** Values with parts: objects, lists of objects, and a choice between shapes. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { pick } from "@/shared/i18n/setup";
import { alternatives, blank, matchAlternative, resolve, type Values, widgetOf } from "../fields";
import styles from "../form.module.css";
import { below, SchemaForm } from "../SchemaForm";
import type { JsonSchema } from "../schema";
import type { WidgetProps } from "../widgetProps";
import { WidgetFor } from "./registry";

/** An object that may be left out stays folded until somebody wants it, and can be taken out again. */
export function ObjectInput({ value, onChange, field, root, problems, lang, disabled }: WidgetProps) {
  const { t } = useTranslation("form");
  const start = () => onChange((blank(field.schema, root) as Values | undefined) ?? {});
  if (!field.required && !value) {
    return (
      <div>
        <Button icon={<PlusOutlined aria-hidden />} disabled={disabled} onClick={start}>
          {t("object.fill")}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.card}>
      <SchemaForm
        schema={field.schema}
        root={root}
        value={(value as Values) ?? {}}
        onChange={onChange}
        problems={problems}
        lang={lang}
        disabled={disabled}
      />
      {field.required ? null : (
        <div>
          <Button size="small" type="text" disabled={disabled} onClick={() => onChange(undefined)}>
            {t("object.leave")}
          </Button>
        </div>
      )}
    </div>
  );
}

export function ListInput({ value, onChange, field, root, problems, lang, disabled }: WidgetProps) {
  const { t } = useTranslation("form");
  const list = (Array.isArray(value) ? value : []) as Values[];
  const item = resolve(field.schema.items ?? {}, root);
  return (
    <div className={styles.stack}>
      {list.map((entry, index) => (
        <div key={`${index}`} className={styles.card}>
          <div className={styles.cardHead}>
            <span className={styles.key}>{index + 1}</span>
            <span className={styles.grow} />
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t("list.remove", { n: index + 1 })}
              disabled={disabled}
              onClick={() => onChange(list.filter((_, at) => at !== index))}
            />
          </div>
          <SchemaForm
            schema={item}
            root={root}
            value={entry}
            onChange={(next) => onChange(list.map((old, at) => (at === index ? next : old)))}
            problems={below(problems, String(index))}
            lang={lang}
            disabled={disabled}
          />
        </div>
      ))}
      <div>
        <Button
          icon={<PlusOutlined aria-hidden />}
          disabled={disabled}
          onClick={() => onChange([...list, (blank(item, root) as Values) ?? {}])}
        >
          {t("list.add")}
        </Button>
      </div>
    </div>
  );
}

function alternativeName(schema: JsonSchema, index: number, lang: string): string {
  return pick(schema["x-ui"]?.labels, lang) || schema.title || String(index + 1);
}

/** anyOf / oneOf with several shapes: say which one, then edit that one. */
export function VariantsInput(props: WidgetProps) {
  const { value, onChange, field, root, lang, disabled } = props;
  const options = alternatives(field.schema).map((option) => resolve(option, root));
  const chosen = matchAlternative(value, options, root);
  const schema = options[chosen] ?? {};
  const inner = { ...field, schema, ui: schema["x-ui"] ?? {}, widget: widgetOf(schema, root), options: [] };
  return (
    <div className={styles.stack}>
      <Segmented
        block
        disabled={disabled}
        value={chosen}
        options={options.map((option, index) => ({
          value: index,
          label: alternativeName(option, index, lang),
        }))}
        onChange={(next) => onChange(blank(options[Number(next)] ?? {}, root))}
      />
      <WidgetFor {...props} field={inner} />
    </div>
  );
}
