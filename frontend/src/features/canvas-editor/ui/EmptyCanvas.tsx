/** An empty canvas says how to begin: with an audience, with an event, or with a template. */
import { App } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { familyVar } from "@/shared/ui/palette";
import { createCanvas, deleteCanvas } from "../api";
import type { CanvasKind } from "../model/catalogue";
import { StepIcon } from "../steps/icons";
import { placeType } from "../store/actions";
import { useDocument, useEditable, useEditor, useView } from "../store/editor";
import styles from "./frame.module.css";
import { Gallery } from "./Gallery";
import { useServices } from "./services";

export function EmptyCanvas() {
  const empty = useDocument((state) => Object.keys(state.document.nodes).length === 0);
  const editable = useEditable();
  const picking = useView((state) => state.picker !== null);
  return empty && editable && !picking ? <Choices /> : null;
}

const STARTS = { scheduled: "audience.source", triggered: "trigger.event" } as const;

function Choices() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { canvas } = useServices();
  const [gallery, setGallery] = useState(false);
  const { busy, replaceBy } = useReplace();
  const begin = (kind: CanvasKind) => {
    const centre = editor.view.getState().centre();
    if (kind !== canvas.kind) return void replaceBy({ name: canvas.name, kind });
    placeType(editor, STARTS[kind], { kind: "free", at: { x: centre.x - 240, y: centre.y - 60 } });
  };
  return (
    <div className={styles.empty}>
      <div>
        <h2>{t("empty.title")}</h2>
        <p>{t("empty.hint")}</p>
      </div>
      <div className={styles.choices}>
        <Choice
          family="audience"
          type="audience.source"
          title={t("empty.audience")}
          onChoose={() => begin("scheduled")}
          disabled={busy}
        >
          {t("empty.audienceHelp")}
        </Choice>
        <Choice
          family="reward"
          type="trigger.event"
          title={t("empty.trigger")}
          onChoose={() => begin("triggered")}
          disabled={busy}
        >
          {t("empty.triggerHelp")}
        </Choice>
        <Choice
          family="abtest"
          type="flow.branch"
          title={t("empty.template")}
          onChoose={() => setGallery(true)}
          disabled={busy}
        >
          {t("empty.templateHelp")}
        </Choice>
      </div>
      {gallery ? (
        <Gallery
          busy={busy}
          onClose={() => setGallery(false)}
          onChoose={(key, name) => void replaceBy({ template: key, name })}
        />
      ) : null}
    </div>
  );
}

interface ChoiceProps {
  family: string;
  type: string;
  title: string;
  children: ReactNode;
  onChoose: () => void;
  disabled: boolean;
}

function Choice({ family, type, title, children, onChoose, disabled }: ChoiceProps) {
  return (
    <button type="button" className={styles.choice} onClick={onChoose} disabled={disabled}>
      <i
        className={styles.choiceIcon}
        style={{ color: familyVar(family), background: familyVar(family, true) }}
      >
        <StepIcon type={type} family={family} size={26} />
      </i>
      <b>{title}</b>
      <span>{children}</span>
    </button>
  );
}

/** The kind of a canvas never changes, and a template makes its own: another canvas takes this empty one's place. */
function useReplace() {
  const { t } = useTranslation("editor");
  const { message } = App.useApp();
  const { canvas, autosave, open } = useServices();
  const [busy, setBusy] = useState(false);
  const replaceBy = async (body: Parameters<typeof createCanvas>[0]) => {
    setBusy(true);
    await autosave.flush();
    const { data, problem } = await createCanvas(body);
    setBusy(false);
    if (problem) return void message.error(problem.detail || t("page.failed"));
    if (canvas.status === "draft" && canvas.version === null) await deleteCanvas(canvas.id);
    if (data) open(data.id);
  };
  return { busy, replaceBy };
}
