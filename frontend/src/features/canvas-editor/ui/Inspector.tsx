/** Settings of one step: its name, its form from the catalogue, its problems in words, its people per exit. */
import { CopyOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { SchemaForm } from "@/shared/form/SchemaForm";
import type { JsonSchema, PlacedProblem } from "@/shared/form/schema";
import { familyVar } from "@/shared/ui/palette";
import { STEP_NAME } from "../commands/registry";
import type { NodeType } from "../model/catalogue";
import { renameNode, setConfig } from "../model/commands";
import { withSteps } from "../model/steps";
import type { DocNode } from "../model/document";
import { compact } from "../model/figures";
import { portsOf } from "../model/ports";
import { configProblems } from "../model/problems";
import { StepIcon } from "../steps/icons";
import { useDocument, useEditable, useEditor, useOverlay, useSurroundings } from "../store/editor";
import { PanelHead } from "./PanelHead";
import styles from "./panel.module.css";
import { problemText } from "./problemText";
import { useServices } from "./services";

export function Inspector({ id }: { id: string }) {
  const node = useDocument((state) => state.document.nodes[id]);
  const { catalogue } = useEditor();
  if (!node) return null;
  return <Open node={node} entry={catalogue.byType.get(node.type)} />;
}

function Open({ node, entry }: { node: DocNode; entry: NodeType | undefined }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const family = entry?.family ?? "flow";
  return (
    <>
      <PanelHead>
        <span
          className={styles.icon}
          style={{ color: familyVar(family), background: familyVar(family, true) }}
        >
          <StepIcon type={node.type} family={family} />
        </span>
        <h2>{entry?.labels[lang] ?? t("card.unknownType", { type: node.type })}</h2>
      </PanelHead>
      <div className={styles.body}>
        {entry?.help ? <p className={styles.help}>{entry.help[lang]}</p> : null}
        <Problems id={node.id} />
        <NameRow node={node} entry={entry} />
        {entry ? <ConfigForm node={node} entry={entry} /> : null}
        <Exits node={node} entry={entry} />
        <NodeButtons />
      </div>
    </>
  );
}

function Problems({ id }: { id: string }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const problems = useOverlay((state) => state.problemsOf.get(id));
  if (!problems?.length) return null;
  return (
    <ul className={styles.problems}>
      {problems.map((problem, index) => (
        <li key={`${problem.code}${index}`} data-severity={problem.severity}>
          {problemText(t, problem, lang)}
        </li>
      ))}
    </ul>
  );
}

function NameRow({ node, entry }: { node: DocNode; entry: NodeType | undefined }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const { document } = useEditor();
  const editable = useEditable();
  return (
    <label className={styles.row}>
      <span>{t("inspector.name")}</span>
      <Input
        id={STEP_NAME}
        value={node.label ?? ""}
        placeholder={entry?.labels[lang]}
        disabled={!editable}
        maxLength={60}
        onChange={(event) => document.getState().run(renameNode(node.id, event.target.value))}
      />
    </label>
  );
}

function ConfigForm({ node, entry }: { node: DocNode; entry: NodeType }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const { catalogue, document } = useEditor();
  const editable = useEditable();
  const schema = withSteps(
    entry.schema as JsonSchema,
    document.getState().document,
    catalogue,
    node.id,
    lang,
  );
  const problems = useOverlay((state) => state.problems);
  const placed: PlacedProblem[] = configProblems(problems, node.id).map((problem) => ({
    pointer: problem.pointer,
    code: problem.code,
    severity: problem.severity,
    detail: problemText(t, problem, lang),
  }));
  return (
    <SchemaForm
      schema={schema}
      value={node.config}
      problems={placed}
      lang={lang}
      disabled={!editable}
      onChange={(config) => document.getState().run(setConfig(catalogue, node.id, config))}
    />
  );
}

function Exits({ node, entry }: { node: DocNode; entry: NodeType | undefined }) {
  const { lang } = useSurroundings();
  const { t } = useTranslation("editor");
  const estimate = useOverlay((state) => state.estimate?.nodes[node.id]);
  const known = (key: string) => estimate !== undefined && key in estimate.out;
  const outputs = portsOf(entry, node.config).outputs.filter((port) => known(port.key));
  if (!estimate || !outputs.length) return null;
  return (
    <section className={styles.exits}>
      <h3>{t("inspector.exits")}</h3>
      <dl>
        {outputs.map((port) => (
          <div key={port.key}>
            <dt>{outputs.length === 1 ? t("inspector.leaving") : port.labels[lang]}</dt>
            <dd>{compact(estimate.out[port.key] ?? 0, lang)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function NodeButtons() {
  const { t } = useTranslation("editor");
  const editable = useEditable();
  const { dispatch } = useServices();
  if (!editable) return null;
  return (
    <footer className={styles.foot}>
      <Button icon={<CopyOutlined />} onClick={() => dispatch("duplicate")}>
        {t("command.duplicate")}
      </Button>
      <Button danger icon={<DeleteOutlined />} onClick={() => dispatch("delete")}>
        {t("command.delete")}
      </Button>
    </footer>
  );
}
