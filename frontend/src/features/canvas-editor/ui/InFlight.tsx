/** Publishing over people who are inside: they finish on their version, or are moved; where to from steps that are gone. */
import { Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Inside, PublishBody } from "../api";
import { isSource } from "../model/catalogue";
import { full } from "../model/figures";
import { titleOf } from "../model/summary";
import { useDocument, useEditor, useSurroundings } from "../store/editor";
import styles from "./frame.module.css";

export type InFlightChoice = Required<Pick<PublishBody, "in_flight" | "redirects">>;

const OUT = "";

interface Props {
  inside: Inside;
  choice: InFlightChoice;
  onChange: (next: InFlightChoice) => void;
}

export function InFlight({ inside, choice, onChange }: Props) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const nodes = useDocument((state) => state.document.nodes);
  const gone = inside.nodes.filter((place) => nodes[place.node]?.type !== place.type);
  return (
    <div className={styles.stack}>
      <b>{t("inFlight.title", { people: full(inside.people, lang) })}</b>
      <Radio.Group
        value={choice.in_flight}
        aria-label={t("inFlight.title", { people: full(inside.people, lang) })}
        onChange={(event) => onChange({ ...choice, in_flight: event.target.value as "finish" | "move" })}
        vertical
      >
        <Radio value="finish">{t("inFlight.finish")}</Radio>
        <Radio value="move">{t("inFlight.move")}</Radio>
      </Radio.Group>
      {choice.in_flight === "move"
        ? gone.map((place) => (
            <Redirect
              key={place.node}
              place={place}
              target={choice.redirects[place.node] ?? null}
              onChange={(to) => onChange({ ...choice, redirects: { ...choice.redirects, [place.node]: to } })}
            />
          ))
        : null}
    </div>
  );
}

interface RedirectProps {
  place: Inside["nodes"][number];
  target: string | null;
  onChange: (to: string | null) => void;
}

function Redirect({ place, target, onChange }: RedirectProps) {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { catalogue } = useEditor();
  const nodes = useDocument((state) => state.document.nodes);
  const nameOf = (step: { type: string; label?: string }) =>
    titleOf(catalogue.byType.get(step.type), step, lang);
  const steps = Object.values(nodes).filter((node) => {
    const kind = catalogue.byType.get(node.type);
    return kind && !isSource(kind);
  });
  const label = t("inFlight.gone", { step: nameOf(place), people: full(place.people, lang) });
  return (
    <div className={styles.stack}>
      <span>{label}</span>
      <Select
        aria-label={label}
        value={target ?? OUT}
        options={[
          { value: OUT, label: t("inFlight.leave") },
          ...steps.map((node) => ({ value: node.id, label: nameOf(node) })),
        ]}
        onChange={(to) => onChange(to || null)}
      />
    </div>
  );
}
