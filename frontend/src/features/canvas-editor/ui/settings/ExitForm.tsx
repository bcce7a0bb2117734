/** What makes a customer leave early: an event (they bought already), or a condition that holds now. */
import { useTranslation } from "react-i18next";
import { SchemaForm } from "@/shared/form/SchemaForm";
import type { JsonSchema } from "@/shared/form/schema";
import { useSurroundings } from "../../store/editor";
import styles from "../panel.module.css";
import type { SettingsPart } from "./SettingsPanel";

const schema: JsonSchema = {
  type: "object",
  properties: {
    events: {
      type: "array",
      items: { type: "string" },
      "x-ui": {
        widget: "event-picker",
        order: 1,
        labels: { zh: "发生这些事件就离开", en: "Leave as soon as this happens" },
      },
    },
    rule: {
      type: "object",
      "x-ui": {
        widget: "rule",
        order: 2,
        labels: { zh: "或符合这些条件就离开", en: "Or as soon as this holds" },
      },
    },
  },
};

export function ExitForm({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const put = (next: Record<string, unknown>) => {
    const events = Array.isArray(next.events) ? next.events : [];
    const rule = next.rule ?? null;
    change({ exit: events.length || rule ? { events, rule } : null });
  };
  return (
    <section className={styles.section}>
      <h3>{t("exitRule.title")}</h3>
      <SchemaForm
        schema={schema}
        value={{ ...settings.exit }}
        lang={lang}
        disabled={disabled}
        onChange={put}
      />
    </section>
  );
}
