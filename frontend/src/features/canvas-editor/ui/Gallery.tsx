/** The gallery of ready canvases, to begin from one of them. */
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Modal, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type CanvasTemplateEntry, readTemplates } from "../api";
import { useSurroundings } from "../store/editor";
import panel from "./panel.module.css";

interface GalleryProps {
  busy: boolean;
  onClose: () => void;
  onChoose: (key: string, name: string) => void;
}

export function Gallery({ busy, onClose, onChoose }: GalleryProps) {
  const { t } = useTranslation("editor");
  const templates = useQuery({
    queryKey: keys.catalogue("canvas-templates"),
    queryFn: () => fetched(readTemplates()),
  });
  const rows = templates.data?.results ?? [];
  return (
    <Modal open footer={null} width={640} title={t("empty.template")} onCancel={onClose}>
      {templates.isPending ? <Spin /> : null}
      {!templates.isPending && !rows.length ? <Empty description={t("empty.noTemplates")} /> : null}
      <ul className={panel.versions}>
        {rows.map((entry) => (
          <TemplateRow key={entry.key} entry={entry} busy={busy} onChoose={onChoose} />
        ))}
      </ul>
    </Modal>
  );
}

function TemplateRow({
  entry,
  busy,
  onChoose,
}: {
  entry: CanvasTemplateEntry;
  busy: boolean;
  onChoose: GalleryProps["onChoose"];
}) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  return (
    <li>
      <div>
        <b>{entry.labels[lang]}</b>
        <span>
          {t(`kind.${entry.kind}`)} · {entry.description?.[lang]}
        </span>
      </div>
      <Button type="primary" disabled={busy} onClick={() => onChoose(entry.key, entry.labels[lang])}>
        {t("empty.use")}
      </Button>
    </li>
  );
}
