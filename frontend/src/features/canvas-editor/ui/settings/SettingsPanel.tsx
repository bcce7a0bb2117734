/** Settings of the canvas as a whole: when it runs, who may enter, when not to disturb, what counts as success. */
import { useTranslation } from "react-i18next";
import { setSettings } from "../../model/commands";
import type { Settings } from "../../model/document";
import { useDocument, useEditable, useEditor } from "../../store/editor";
import { PanelHead } from "../PanelHead";
import styles from "../panel.module.css";
import { EntryForm } from "./EntryForm";
import { ExitForm } from "./ExitForm";
import { GoalForm } from "./GoalForm";
import { LateForm } from "./LateForm";
import { PriorityForm } from "./PriorityForm";
import { QuietForm } from "./QuietForm";
import { RangeForm } from "./RangeForm";
import { ScheduleForm } from "./ScheduleForm";

export interface SettingsPart {
  settings: Settings;
  change: (changes: Partial<Omit<Settings, "kind">>) => void;
  disabled: boolean;
}

export function SettingsPanel() {
  const { t } = useTranslation("editor");
  const { document } = useEditor();
  const settings = useDocument((state) => state.document.settings);
  const disabled = !useEditable();
  const part: SettingsPart = {
    settings,
    disabled,
    change: (changes) => document.getState().run(setSettings(changes)),
  };
  return (
    <>
      <PanelHead closable={false}>
        <h2>{t("settings.title")}</h2>
      </PanelHead>
      <div className={styles.body}>
        {settings.kind === "scheduled" ? <ScheduleForm {...part} /> : <RangeForm {...part} />}
        <EntryForm {...part} />
        {settings.kind === "triggered" ? <LateForm {...part} /> : null}
        <QuietForm {...part} />
        <PriorityForm {...part} />
        <GoalForm {...part} />
        <ExitForm {...part} />
      </div>
    </>
  );
}
