/** What people say of an event: its names, what it is, whether it is offered. */
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import type { EventTypeDetail } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import { pathOf, typeKey, TYPES } from "./api";
import styles from "./event.module.css";

export function About({ type }: { type: EventTypeDetail }) {
  const { t } = useTranslation("events");
  const { act, busy } = useAct();
  const [draft, setDraft] = useState({
    zh: pick(type.label, "zh"),
    en: pick(type.label, "en"),
    description: type.description ?? "",
    hidden: type.hidden ?? false,
  });
  const save = () =>
    act(
      () =>
        api.patch(pathOf(type.name), {
          label: { zh: draft.zh || type.name, en: draft.en || type.name },
          description: draft.description,
          hidden: draft.hidden,
        }),
      { done: t("saved"), stale: [typeKey(type.name), TYPES] },
    );
  const text = (key: "zh" | "en", label: string) => (
    <label className={styles.field}>
      {label}
      <Input
        maxLength={100}
        value={draft[key]}
        onChange={(event) => setDraft({ ...draft, [key]: event.target.value })}
      />
    </label>
  );
  return (
    <Panel
      title={t("about")}
      extra={
        <Button type="primary" loading={busy} onClick={() => void save()}>
          {t("common:actions.save")}
        </Button>
      }
    >
      <div className={styles.form}>
        {text("zh", t("labelZh"))}
        {text("en", t("labelEn"))}
        <label className={`${styles.field} ${styles.wide}`}>
          {t("description")}
          <Input.TextArea
            autoSize={{ minRows: 2, maxRows: 6 }}
            maxLength={2000}
            placeholder={t("descriptionPlaceholder")}
            value={draft.description}
            onChange={(event) => setDraft({ ...draft, description: event.target.value })}
          />
        </label>
        <Checkbox
          checked={draft.hidden}
          onChange={(event) => setDraft({ ...draft, hidden: event.target.checked })}
        >
          {t("hide")}
        </Checkbox>
      </div>
    </Panel>
  );
}
