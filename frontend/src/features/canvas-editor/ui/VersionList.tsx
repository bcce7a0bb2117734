/** Published versions, newest first; any of them can become the draft again. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Empty, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { dateTime } from "@/shared/lib/format";
import { type CanvasVersion, readVersions, restoreVersion } from "../api";
import { useSurroundings } from "../store/editor";
import { ComparedVersion } from "./ComparedVersion";
import { PanelHead } from "./PanelHead";
import styles from "./panel.module.css";
import { useServices } from "./services";

export function VersionList() {
  const { t } = useTranslation("editor");
  const { canvas } = useServices();
  const versions = useQuery({
    queryKey: keys.part("canvases", canvas.id, "versions", { now: canvas.version }),
    queryFn: () => fetched(readVersions(canvas.id)),
  });
  const rows = versions.data?.results ?? [];
  return (
    <>
      <PanelHead>
        <h2>{t("versions.title")}</h2>
      </PanelHead>
      <div className={styles.body}>
        {versions.isPending ? <Spin /> : null}
        {versions.isSuccess && !rows.length ? <Empty description={t("versions.none")} /> : null}
        <ol className={styles.versions}>
          {rows.map((version) => (
            <VersionRow key={version.number} version={version} />
          ))}
        </ol>
      </div>
    </>
  );
}

function VersionRow({ version }: { version: CanvasVersion }) {
  const { t } = useTranslation("editor");
  const { lang, readOnly } = useSurroundings();
  const { modal, message } = App.useApp();
  const { canvas, takeOver, timezone } = useServices();
  const by =
    typeof version.published_by === "object"
      ? version.published_by?.name || version.published_by?.username
      : version.published_by;
  const [open, setOpen] = useState(false);
  const restore = async () => {
    const { data, problem } = await restoreVersion(canvas.id, version.number);
    if (data) takeOver(data);
    if (problem) void message.error(problem.detail || t("page.failed"));
  };
  const ask = () =>
    modal.confirm({
      title: t("versions.ask", { number: version.number }),
      content: t("versions.means"),
      okText: t("versions.restore"),
      cancelText: t("page.cancel"),
      onOk: restore,
    });
  return (
    <li>
      <div>
        <b>
          v{version.number} {version.name}
        </b>
        <span>
          {dateTime(version.published_at, lang, timezone)} {by}
        </span>
        {open ? <ComparedVersion number={version.number} /> : null}
      </div>
      <Button size="small" type="text" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("versions.compare")}
      </Button>
      {readOnly ? null : (
        <Button size="small" onClick={ask}>
          {t("versions.restore")}
        </Button>
      )}
    </li>
  );
}
