/** Test run: chosen people walk the draft with waits jumped over; the canvas shows the way of the one looked at. */
import { Alert } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { simulateCanvas } from "../../api";
import { type Trial, type TrialQuestion, trailOf } from "../../model/trial";
import { useDocument, useEditor } from "../../store/editor";
import { PanelHead } from "../PanelHead";
import panel from "../panel.module.css";
import { useServices } from "../services";
import { TrialForm } from "./TrialForm";
import { TrialPeople } from "./TrialPeople";

export function TrialPanel() {
  const { t } = useTranslation("trial");
  const { trial, problem, busy, run } = useTrial();
  const [shown, setShown] = useState<string | null>(null);
  const person = trial?.customers.find((item) => item.id === shown) ?? trial?.customers[0];
  useTrail(person);
  return (
    <>
      <PanelHead>
        <h2>{t("title")}</h2>
      </PanelHead>
      <div className={panel.body}>
        <p className={panel.help}>{t("intro")}</p>
        <TrialForm busy={busy} onRun={run} />
        {problem ? <Alert type="error" title={problem} /> : null}
        {trial && person ? <TrialPeople trial={trial} person={person} onShow={setShown} /> : null}
      </div>
    </>
  );
}

/** The draft is saved first: the server walks what it has. An older answer never replaces a newer one. */
function useTrial() {
  const { t } = useTranslation("editor");
  const { canvas, autosave } = useServices();
  const [trial, setTrial] = useState<Trial | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const run = async (question: TrialQuestion) => {
    setBusy(true);
    await autosave.flush();
    const answer = await simulateCanvas(canvas.id, question);
    setBusy(false);
    setTrial(answer.data ?? null);
    setProblem(answer.problem ? answer.problem.detail || t("page.failed") : "");
  };
  return { trial, problem, busy, run };
}

/** Lights up the way while the panel is open and the drawing is the one that was walked. */
function useTrail(person: Trial["customers"][number] | undefined): void {
  const { view } = useEditor();
  const document = useDocument((state) => state.document);
  useEffect(() => {
    view.setState({ trail: person ? trailOf(person) : null });
    return () => view.setState({ trail: null });
  }, [view, person]);
  useEffect(() => {
    return () => view.setState({ trail: null });
  }, [view, document]);
}
