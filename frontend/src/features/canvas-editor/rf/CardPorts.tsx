/** The exits of a card: a handle each, with its name when there are several, and a + to go on from there. */
import { Handle, Position } from "@xyflow/react";
import type { MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { type DocNode, wiredExits } from "../model/document";
import { compact } from "../model/figures";
import type { Port } from "../model/ports";
import { useEditable, useEditor, useOverlay, useShown, useSurroundings, useView } from "../store/editor";
import styles from "./card.module.css";
import { useFar } from "./far";

export function CardPorts({ node, outputs }: { node: DocNode; outputs: Port[] }) {
  const far = useFar();
  const only = outputs.length === 1 ? outputs[0] : undefined;
  if (only) return <Exit node={node} port={only} single />;
  return (
    <ul className={`${styles.ports} ${far ? styles.farPorts : ""}`}>
      {outputs.map((port) => (
        <li key={port.key} className={port.optional ? styles.optional : undefined}>
          {far ? null : <PortName node={node} port={port} />}
          <Exit node={node} port={port} />
        </li>
      ))}
    </ul>
  );
}

function PortName({ node, port }: { node: DocNode; port: Port }) {
  const { lang } = useSurroundings();
  const people = useLeaving(node.id, port.key);
  return (
    <>
      <span className={styles.portName}>{port.labels[lang]}</span>
      {people ? <b className={styles.portPeople}>{compact(people, lang)}</b> : null}
    </>
  );
}

/** People at an exit that leads nowhere: on a wired one the number stands on the connection. */
function useLeaving(node: string, port: string): number | undefined {
  const wired = useWired(node, port);
  const data = useView((state) => state.mode === "data");
  return useOverlay((state) => {
    if (wired) return undefined;
    return data ? state.run?.nodes[node]?.left?.[port] : state.estimate?.nodes[node]?.out[port];
  });
}

function useWired(node: string, port: string): boolean {
  return useShown((document) => wiredExits(document).has(`${node} ${port}`));
}

function Exit({ node, port, single = false }: { node: DocNode; port: Port; single?: boolean }) {
  const editable = useEditable();
  const { lang } = useSurroundings();
  const wired = useWired(node.id, port.key);
  const far = useFar();
  return (
    <span className={single ? styles.singleExit : styles.exit}>
      <Handle
        type="source"
        position={Position.Right}
        id={port.key}
        className={styles.handle}
        title={port.labels[lang]}
      />
      {editable && !far ? <AppendButton node={node} port={port} quiet={wired || port.optional} /> : null}
    </span>
  );
}

function AppendButton({ node, port, quiet }: { node: DocNode; port: Port; quiet: boolean }) {
  const editor = useEditor();
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const open = (event: MouseEvent) => {
    event.stopPropagation();
    const box = event.currentTarget.getBoundingClientRect();
    editor.view.setState({
      picker: {
        intent: { kind: "append", node: node.id, port: port.key },
        screen: { x: box.right + 8, y: box.top - 8 },
      },
    });
  };
  const label = t("card.append", { port: port.labels[lang] });
  return (
    <button
      type="button"
      className={`${styles.append} ${quiet ? styles.quiet : ""} nodrag nopan`}
      onClick={open}
      title={label}
      aria-label={label}
    >
      +
    </button>
  );
}
