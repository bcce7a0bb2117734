/** One step on the canvas: what it is, what it does in plain words, how many people, what is wrong. Plain HTML and CSS. */
import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { memo, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { familyVar } from "@/shared/ui/palette";
import type { NodeType } from "../model/catalogue";
import type { DocNode } from "../model/document";
import { type Ports, portsOf } from "../model/ports";
import { summarise, titleOf } from "../model/summary";
import { StepIcon } from "../steps/icons";
import { useEditor, useShown, useSurroundings, useView } from "../store/editor";
import { CardCounts } from "./CardCounts";
import { CardPorts } from "./CardPorts";
import { useFar } from "./far";
import type { CardNode } from "./mapping";
import { ProblemBadge } from "./ProblemBadge";
import styles from "./card.module.css";

export const NodeCard = memo(function NodeCard({ data }: NodeProps<CardNode>) {
  const node = useShown((document) => document.nodes[data.id]);
  const { catalogue } = useEditor();
  if (!node) return null;
  return <Card node={node} entry={catalogue.byType.get(node.type)} />;
});

function Card({ node, entry }: { node: DocNode; entry: NodeType | undefined }) {
  const { lang } = useSurroundings();
  const { catalogue } = useEditor();
  const far = useFar();
  const walked = useView((state) => state.trail?.nodes.has(node.id));
  const ports = portsOf(entry, node.config);
  useFreshHandles(node.id, ports);
  const family = entry?.family ?? "flow";
  const familyName = catalogue.families.find((item) => item.key === family)?.labels[lang] ?? "";
  const title = titleOf(entry, node, lang);
  const kind = node.label ? entry?.labels[lang] : familyName;
  return (
    <div
      className={styles.card}
      data-walked={walked}
      style={{ ["--family" as string]: familyVar(family), ["--soft" as string]: familyVar(family, true) }}
    >
      <Inputs ports={ports} />
      <header className={styles.head}>
        <span className={styles.icon}>
          <StepIcon type={node.type} family={family} />
        </span>
        <span className={styles.names}>
          <span className={styles.title}>{title}</span>
          {kind && kind !== title ? <span className={styles.kind}>{kind}</span> : null}
        </span>
        <ProblemBadge id={node.id} />
      </header>
      {far ? null : <SummaryLine node={node} entry={entry} />}
      {far ? null : <CardCounts id={node.id} />}
      <CardPorts node={node} outputs={ports.outputs} />
    </div>
  );
}

function SummaryLine({ node, entry }: { node: DocNode; entry: NodeType | undefined }) {
  const { words } = useSurroundings();
  const { t } = useTranslation("editor");
  const summary = summarise(entry, node.config, words);
  const text = entry ? summary.text : t("card.unknownType", { type: node.type });
  return <p className={summary.incomplete ? styles.todo : styles.summary}>{text}</p>;
}

function Inputs({ ports }: { ports: Ports }) {
  const { lang } = useSurroundings();
  const far = useFar();
  const single = ports.inputs.length === 1;
  return (
    <>
      {ports.inputs.map((port, index) => (
        <Handle
          key={port.key}
          type="target"
          position={Position.Left}
          id={port.key}
          className={styles.handle}
          style={{
            top: single
              ? "28px"
              : `calc(var(--first-port) + ${index} * var(--port-row) + var(--port-row) / 2)`,
          }}
          title={port.labels[lang]}
        >
          {single || far ? null : <span className={styles.inputName}>{port.labels[lang]}</span>}
        </Handle>
      ))}
    </>
  );
}

/** Edges hang on handles that React Flow measured: after ports came or went it must measure again. */
function useFreshHandles(id: string, ports: Ports): void {
  const refresh = useUpdateNodeInternals();
  const signature = [...ports.inputs, ...ports.outputs].map((port) => port.key).join("|");
  useEffect(() => refresh(id), [id, signature, refresh]);
}
