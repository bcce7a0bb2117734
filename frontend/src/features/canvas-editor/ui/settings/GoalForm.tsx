/** What counts as success of the canvas: an event, narrowed down if wanted, within a time. */
import { Switch } from "antd";
import { useTranslation } from "react-i18next";
import { SchemaForm } from "@/shared/form/SchemaForm";
import type { JsonSchema } from "@/shared/form/schema";
import type { Goal } from "../../model/document";
import { useSurroundings } from "../../store/editor";
import styles from "../panel.module.css";
import type { SettingsPart } from "./SettingsPanel";

/** Settings of the canvas are not in the node catalogue; their form is drawn by the same renderer. */
const schema: JsonSchema = {
  type: "object",
  required: ["event"],
  properties: {
    event: {
      type: "string",
      "x-ui": { widget: "event-picker", order: 1, labels: { zh: "目标事件", en: "Goal event" } },
    },
    where: {
      type: "array",
      "x-ui": { widget: "event-where", order: 2, eventField: "event", labels: { zh: "且满足", en: "Where" } },
    },
    within: {
      type: "object",
      "x-ui": {
        widget: "duration",
        order: 3,
        labels: { zh: "进入画布后多久内", en: "Within, after entering" },
      },
    },
  },
};

const USUAL: Goal = { event: "order.paid", within: { days: 3 } };

export function GoalForm({ settings, change, disabled }: SettingsPart) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { goal } = settings;
  return (
    <section className={styles.section}>
      <div className={styles.inline}>
        <h3 style={{ flex: 1 }}>{t("goal.title")}</h3>
        <Switch
          size="small"
          disabled={disabled}
          checked={goal !== null}
          aria-label={t("goal.title")}
          onChange={(on) => change({ goal: on ? USUAL : null })}
        />
      </div>
      {goal ? (
        <SchemaForm
          schema={schema}
          value={{ ...goal }}
          lang={lang}
          disabled={disabled}
          onChange={(next) => change({ goal: next as unknown as Goal })}
        />
      ) : (
        <p className={styles.help}>{t("goal.off")}</p>
      )}
    </section>
  );
}
