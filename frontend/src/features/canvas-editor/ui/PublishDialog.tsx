/** Before going live: what, whom, when first, and what still stands in the way. */
import { App, Alert, Input, Modal, Spin } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useSession } from "@/shared/api/queries";
import { dateTime } from "@/shared/lib/format";
import { publishCanvas, readInside, readOccurrences } from "../api";
import { compact, estimatedEntry } from "../model/figures";
import { countBySeverity } from "../model/problems";
import { useDocument, useEditor, useOverlay, useSurroundings } from "../store/editor";
import { ProblemList } from "./Checklist";
import styles from "./frame.module.css";
import { InFlight, type InFlightChoice } from "./InFlight";
import { useServices } from "./services";

export function PublishDialog() {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { canvas, recheck } = useServices();
  const [name, setName] = useState("");
  const [ready, setReady] = useState(false);
  const { errors } = countBySeverity(useOverlay((state) => state.problems));
  const [inFlight, setInFlight] = useState<InFlightChoice>({ in_flight: "finish", redirects: {} });
  const inside = useInside();
  const asks = useSession().data?.asks_approval;
  const { busy, publish } = usePublish(name, inFlight);
  const close = () => editor.view.setState({ dialog: null });
  useEffect(() => {
    void recheck().finally(() => setReady(true));
  }, [recheck]);
  return (
    <Modal
      open
      title={t("publish.title", { name: canvas.name })}
      okText={t(asks ? "publish.ask" : canvas.version === null ? "publish.ok" : "life.publishAgain")}
      cancelText={t("page.cancel")}
      okButtonProps={{ disabled: !ready || errors > 0, loading: busy }}
      onOk={() => void publish()}
      onCancel={close}
      width={560}
    >
      {ready ? <Facts /> : <Spin />}
      <Asked />
      {ready ? <Standing onGo={close} /> : null}
      <div className={styles.stack} style={{ marginTop: 16 }}>
        <Input
          placeholder={t("publish.versionName")}
          aria-label={t("publish.versionName")}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
        />
        {inside?.people ? <InFlight inside={inside} choice={inFlight} onChange={setInFlight} /> : null}
      </div>
    </Modal>
  );
}

/** What became of the last request for approval. */
function Asked() {
  const { t } = useTranslation("editor");
  const asked = useServices().canvas.approval;
  if (!asked) return null;
  const refused = asked.status === "rejected";
  const said = refused
    ? t("publish.refused", { by: asked.decided_by, why: asked.comment })
    : t("publish.waits", { by: asked.asked_by });
  return <Alert type={refused ? "error" : "info"} showIcon style={{ marginBottom: 12 }} title={said} />;
}

function useInside() {
  const { canvas } = useServices();
  const inside = useQuery({
    queryKey: keys.part("canvases", canvas.id, "inside", { publish: true }),
    queryFn: () => fetched(readInside(canvas.id)),
    enabled: canvas.version !== null,
    gcTime: 0,
  });
  return inside.data;
}

function usePublish(name: string, inFlight: InFlightChoice) {
  const { t } = useTranslation("editor");
  const { message } = App.useApp();
  const editor = useEditor();
  const { canvas, setCanvas, recheck } = useServices();
  const [busy, setBusy] = useState(false);
  const publish = async () => {
    setBusy(true);
    const body = { ...(name.trim() ? { name: name.trim() } : {}), ...inFlight };
    const { data, problem } = await publishCanvas(canvas.id, body);
    setBusy(false);
    if (data) {
      setCanvas(data);
      editor.view.setState({ dialog: null });
      if (!data.in_flight) void message.success(t("publish.asked"));
      else if (data.in_flight.rule === "move")
        void message.success(t("inFlight.done", { ...data.in_flight }));
      else
        void message.success(
          t(data.kind === "scheduled" ? "publish.doneScheduled" : "publish.doneTriggered"),
        );
    }
    if (problem?.code === "not_publishable") await recheck();
    else if (problem) void message.error(problem.detail || t("page.failed"));
  };
  return { busy, publish };
}

function Facts() {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { canvas, timezone } = useServices();
  const document = useDocument((state) => state.document);
  const next = useQuery({
    queryKey: keys.part("canvases", canvas.id, "occurrences", { publish: true }),
    queryFn: () => fetched(readOccurrences(canvas.id)),
    enabled: canvas.kind === "scheduled",
    gcTime: 0,
  });
  const first = next.data?.results[0];
  const { active, quiet_hours: quiet } = document.settings;
  const range = `${dateTime(active?.from, lang, timezone)} – ${dateTime(active?.to, lang, timezone)}`;
  return (
    <dl className={styles.facts}>
      <dt>{t("publish.what")}</dt>
      <dd>
        {t("publish.steps", { count: Object.keys(document.nodes).length, kind: t(`kind.${canvas.kind}`) })}
      </dd>
      <dt>{t("publish.who")}</dt>
      <dd>{canvas.kind === "triggered" ? t("publish.whoTriggered") : <Who />}</dd>
      <dt>{t("publish.when")}</dt>
      <dd>
        {canvas.kind === "triggered"
          ? active
            ? range
            : t("publish.always")
          : first
            ? dateTime(first, lang, timezone)
            : t("publish.noTime")}
      </dd>
      <dt>{t("quiet.title")}</dt>
      <dd>{quiet ? `${quiet.from} – ${quiet.to}` : t("publish.quietTenant")}</dd>
    </dl>
  );
}

function Standing({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation("editor");
  const problems = useOverlay((state) => state.problems);
  const { errors } = countBySeverity(problems);
  if (!problems.length) return <Alert type="success" showIcon title={t("checklist.clean")} />;
  return (
    <div className={styles.stack}>
      <Alert
        type={errors ? "error" : "warning"}
        showIcon
        title={t(errors ? "publish.blocked" : "publish.warned", { count: errors || problems.length })}
      />
      <ProblemList onGo={onGo} />
    </div>
  );
}

function Who() {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const document = useDocument((state) => state.document);
  const estimate = useOverlay((state) => state.estimate);
  if (!estimate) return "–";
  const { people, exact } = estimatedEntry(document, estimate);
  return (
    <>
      {exact ? null : t("topbar.atMost")} <b>{compact(people, lang)}</b> {t("card.people")}
    </>
  );
}
