/** What a test run showed: choose a person, read their way step by step, and see each message on a phone. */
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { dateTime } from "@/shared/lib/format";
import { reasonWords } from "@/shared/lib/reason";
import { PhoneFrame } from "@/shared/ui/PhoneFrame";
import { portsOf } from "../../model/ports";
import { titleOf } from "../../model/summary";
import { elapsed, type Trial, type TrialMessage, type TrialPerson, type TrialStep } from "../../model/trial";
import { useDocument, useEditor, useSurroundings } from "../../store/editor";
import panel from "../panel.module.css";
import { useServices } from "../services";
import styles from "./trial.module.css";

const nameOf = (person: TrialPerson) => person.name || person.external_id || person.id;

interface Props {
  trial: Trial;
  person: TrialPerson;
  onShow: (id: string) => void;
}

export function TrialPeople({ trial, person, onShow }: Props) {
  const { t } = useTranslation("trial");
  const options = trial.customers.map((item) => ({ value: item.id, label: nameOf(item) }));
  return (
    <section className={styles.result} aria-label={t("result")} aria-live="polite">
      {options.length > 3 ? (
        <Select value={person.id} options={options} onChange={onShow} aria-label={t("who")} />
      ) : (
        <Segmented block value={person.id} options={options} onChange={onShow} aria-label={t("who")} />
      )}
      <ol className={styles.way}>
        {person.path.map((step, index) => (
          <Step key={`${step.node}${index}`} step={step} trial={trial} person={person} />
        ))}
      </ol>
      <Ends person={person} />
      <Messages trial={trial} messages={person.messages} />
      <Footer trial={trial} />
    </section>
  );
}

function useTitle() {
  const { catalogue } = useEditor();
  const { lang } = useSurroundings();
  const nodes = useDocument((state) => state.document.nodes);
  return (id: string) => {
    const node = nodes[id];
    return node ? titleOf(catalogue.byType.get(node.type), node, lang) : id;
  };
}

function usePortName() {
  const { t } = useTranslation("editor");
  const { catalogue } = useEditor();
  const { lang } = useSurroundings();
  const nodes = useDocument((state) => state.document.nodes);
  return (id: string, port: string) => {
    const node = nodes[id];
    const known = node ? portsOf(catalogue.byType.get(node.type), node.config).outputs : [];
    const label = known.find((item) => item.key === port)?.labels[lang];
    return label ?? t(`exit.${port}`, { defaultValue: port });
  };
}

function useLater(start: string) {
  const { t } = useTranslation("trial");
  return (moment: string) => {
    const { days, hours, minutes } = elapsed(start, moment);
    const parts = [days && t("days", { n: days }), hours && t("hours", { n: hours }), minutes && t("minutes", { n: minutes })]; // biome-ignore format: one line
    const said = parts.filter(Boolean).join(" ");
    return said ? t("after", { time: said }) : t("atOnce");
  };
}

function Step({ step, trial, person }: { step: TrialStep; trial: Trial; person: TrialPerson }) {
  const { t } = useTranslation(["trial", "editor"]);
  const { view } = useEditor();
  const { lang } = useSurroundings();
  const { timezone } = useServices();
  const [title, port, later] = [useTitle(), usePortName(), useLater(trial.started_at)];
  const here = <T extends { node: string; at: string }>(rows: T[]) =>
    rows.filter((row) => row.node === step.node && row.at >= step.in && (!step.out || row.at <= step.out));
  const waited = step.out !== null && step.out !== step.in;
  return (
    <li>
      <button type="button" onClick={() => view.getState().reveal(step.node)}>
        <b>{title(step.node)}</b>
        {step.port ? <span>{port(step.node, step.port)}</span> : null}
      </button>
      {waited && step.out ? (
        <p>{t("waited", { time: later(step.out), at: dateTime(step.out, lang, timezone) })}</p>
      ) : null}
      {here(person.held).map((row) => (
        <p key={row.reason} data-tone="held">
          {t("held", { reason: reasonWords(t, row.reason) })}
        </p>
      ))}
      {here(person.grants).map((row) => (
        <p key={row.at}>{t(`grant.${row.outcome}`, { name: row.name ?? "" })}</p>
      ))}
    </li>
  );
}

function Ends({ person }: { person: TrialPerson }) {
  const { t } = useTranslation(["trial", "editor"]);
  const title = useTitle();
  return person.ends.map((end) => {
    const reason = t(`ends.${end.reason}`, {
      defaultValue: t(`editor:exit.${end.reason}`, { defaultValue: end.reason }),
    });
    return (
      <p key={`${end.node}${end.reason}`} className={styles.end}>
        {end.node ? t("endsAt", { step: title(end.node), reason }) : reason}
      </p>
    );
  });
}

function Messages({ trial, messages }: { trial: Trial; messages: TrialMessage[] }) {
  const { t } = useTranslation("trial");
  const later = useLater(trial.started_at);
  if (!messages.length) return <p className={panel.help}>{t("noMessages")}</p>;
  return messages.map((message) => (
    <figure key={`${message.node}${message.at}`} className={styles.message}>
      <figcaption>
        <b>{message.template}</b> <span>{later(message.at)}</span>
      </figcaption>
      <PhoneFrame channel={message.channel} content={message.content ?? {}} to={message.to} />
      {message.problems.map((problem) => (
        <p key={problem.detail} className={styles.bad}>
          {problem.detail}
        </p>
      ))}
    </figure>
  ));
}

function Footer({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trial");
  const [title, port] = [useTitle(), usePortName()];
  return (
    <ul className={styles.notes}>
      {trial.delivered.map((one, index) => (
        <li key={`${one.to}${index}`}>
          {one.to}: {one.detail}
        </li>
      ))}
      {trial.assumed.map((one) => (
        <li key={one.node}>{t("assumed", { step: title(one.node), port: port(one.node, one.port) })}</li>
      ))}
      {trial.notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
