/** One canvas on the home page: kind, state, what it did, when it acts next, and what can be done with it. */
import { Link } from "@tanstack/react-router";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { CanvasListItem, CanvasStatus } from "@/shared/api/types";
import { compact, count, dateTime, relative } from "@/shared/lib/format";
import { MoreMenu } from "@/shared/ui/MoreMenu";
import { Figure, Status, type Tone } from "@/shared/ui/Status";
import { useAct } from "@/shared/ui/useAct";
import styles from "./canvasList.module.css";
import { KindMark } from "./KindMark";

const TONES: Record<CanvasStatus, Tone> = {
  draft: "quiet",
  live: "good",
  paused: "warn",
  ended: "info",
  archived: "quiet",
};

function useCanvasActions(canvas: CanvasListItem) {
  const { t } = useTranslation("canvases");
  const { modal } = App.useApp();
  const { act } = useAct();
  const stale = [keys.resource("canvases")];
  const run = (path: string, done: string) =>
    act(() => api.post(`/canvases/${canvas.id}/${path}`), { stale, done });
  const remove = () =>
    modal.confirm({
      title: t("delete.title", { name: canvas.name }),
      content: t("delete.text"),
      okText: t("common:actions.delete"),
      okButtonProps: { danger: true },
      onOk: async () => {
        await act(() => api.delete(`/canvases/${canvas.id}`), { stale, done: t("common:deleted") });
      },
    });
  const archive = () =>
    modal.confirm({
      title: t("archive.title", { name: canvas.name }),
      content: t("archive.text"),
      okText: t("common:actions.archive"),
      onOk: async () => {
        await run("archive", t("archive.done"));
      },
    });
  return { duplicate: () => void run("duplicate", t("duplicated")), remove, archive };
}

function CardMenu({ canvas }: { canvas: CanvasListItem }) {
  const { t } = useTranslation("canvases");
  const { duplicate, remove, archive } = useCanvasActions(canvas);
  const draft = canvas.status === "draft" && canvas.version === null;
  const items = [
    { key: "duplicate", label: t("common:actions.duplicate"), onClick: duplicate },
    ...(canvas.status === "archived" || draft
      ? []
      : [{ key: "archive", label: t("common:actions.archive"), onClick: archive }]),
    ...(draft ? [{ key: "delete", danger: true, label: t("common:actions.delete"), onClick: remove }] : []),
  ];
  return <MoreMenu label={t("menu", { name: canvas.name })} items={items} />;
}

export function CanvasCard({ canvas }: { canvas: CanvasListItem }) {
  const { t, i18n } = useTranslation("canvases");
  const lang = i18n.language;
  return (
    <article className={styles.card}>
      <div className={styles.cardHead}>
        <KindMark kind={canvas.kind} />
        <span className={styles.kindName}>{t(`kind.${canvas.kind}`)}</span>
        <span className={styles.spacer} />
        <Status tone={TONES[canvas.status]} pulse={canvas.status === "live"}>
          {t(`status.${canvas.status}`)}
        </Status>
        <CardMenu canvas={canvas} />
      </div>
      <h2 className={styles.name}>
        <Link to={"/canvases/$id" as never} params={{ id: canvas.id } as never} className={styles.cover}>
          {canvas.name}
        </Link>
      </h2>
      <p className={styles.note}>
        {canvas.next_fire_at
          ? t("next", { when: dateTime(canvas.next_fire_at, lang) })
          : t("edited", { when: relative(canvas.updated_at, lang) })}
        {canvas.changed && canvas.version !== null ? (
          <span className={styles.changed}>{t("changed")}</span>
        ) : null}
      </p>
      <div className={styles.figures}>
        <Figure
          label={t("entered")}
          value={compact(canvas.entered, lang)}
          hint={count(canvas.entered, lang)}
        />
        <Figure
          label={t("messages")}
          value={compact(canvas.messages, lang)}
          hint={count(canvas.messages, lang)}
        />
      </div>
    </article>
  );
}
