/** A new canvas: one of the two kinds, or a template of the gallery, and a name. */
import { useNavigate } from "@tanstack/react-router";
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useCatalogue } from "@/shared/api/queries";
import type { CanvasKind, CanvasObject, CanvasTemplate, Page } from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { composing } from "@/shared/lib/ime";
import { useAct } from "@/shared/ui/useAct";
import styles from "./canvasList.module.css";
import { KindMark } from "./KindMark";

type Choice = { kind: CanvasKind } | { template: CanvasTemplate };

const chosenKey = (choice: Choice) => ("kind" in choice ? choice.kind : choice.template.key);

interface OptionProps {
  kind: CanvasKind;
  title: string;
  text: string;
  on: boolean;
  small?: boolean;
  onPick: () => void;
}

function Option({ kind, title, text, on, small, onPick }: OptionProps) {
  return (
    <button
      type="button"
      className={`${styles.option} ${on ? styles.optionOn : ""} ${small ? styles.optionSmall : ""}`}
      aria-pressed={on}
      onClick={onPick}
    >
      <KindMark kind={kind} big={!small} />
      <span>
        <strong>{title}</strong>
        <span className={styles.optionText}>{text}</span>
      </span>
    </button>
  );
}

function Gallery({ choice, onPick }: { choice: Choice; onPick: (template: CanvasTemplate) => void }) {
  const { t, i18n } = useTranslation("canvases");
  const templates = useCatalogue<Page<CanvasTemplate> | CanvasTemplate[]>("canvas-templates");
  const list = Array.isArray(templates.data) ? templates.data : (templates.data?.results ?? []);
  if (list.length === 0) return null;
  return (
    <>
      <h3 className={styles.dialogTitle}>{t("new.fromTemplate")}</h3>
      <div className={styles.gallery}>
        {list.map((template) => (
          <Option
            key={template.key}
            small
            kind={template.kind}
            title={pick(template.labels, i18n.language)}
            text={pick(template.description, i18n.language)}
            on={chosenKey(choice) === template.key}
            onPick={() => onPick(template)}
          />
        ))}
      </div>
    </>
  );
}

function useCreate(onClose: () => void) {
  const navigate = useNavigate();
  const { act, busy } = useAct();
  const create = async (choice: Choice, name: string) => {
    const body = "kind" in choice ? { name, kind: choice.kind } : { name, template: choice.template.key };
    const stale = [keys.resource("canvases")];
    const { data } = await act(() => api.post<CanvasObject>("/canvases", body), { stale });
    if (!data) return;
    onClose();
    void navigate({ to: "/canvases/$id" as never, params: { id: data.id } as never });
  };
  return { create, busy };
}

export default function NewCanvasDialog({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation("canvases");
  const [choice, setChoice] = useState<Choice>({ kind: "scheduled" });
  const [name, setName] = useState("");
  const { create, busy } = useCreate(onClose);
  const fallback =
    "kind" in choice ? t(`new.${choice.kind}Name`) : pick(choice.template.labels, i18n.language);
  const submit = () => void create(choice, name.trim() || fallback);
  const kinds: CanvasKind[] = ["scheduled", "triggered"];
  return (
    <Modal
      open
      width={760}
      title={t("new.title")}
      okText={t("new.submit")}
      confirmLoading={busy}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.kinds}>
        {kinds.map((kind) => (
          <Option
            key={kind}
            kind={kind}
            title={t(`kind.${kind}`)}
            text={t(`new.${kind}`)}
            on={chosenKey(choice) === kind}
            onPick={() => setChoice({ kind })}
          />
        ))}
      </div>
      <Gallery choice={choice} onPick={(template) => setChoice({ template })} />
      <label className={styles.dialogTitle} htmlFor="canvas-name">
        {t("new.name")}
      </label>
      <Input
        id="canvas-name"
        maxLength={100}
        placeholder={fallback}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && !composing(event) && submit()}
      />
    </Modal>
  );
}
