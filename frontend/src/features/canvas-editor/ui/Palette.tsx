/** All steps that may stand on this canvas, by family, with search; dragged onto the canvas or clicked. */
import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { familyVar } from "@/shared/ui/palette";
import { SearchField } from "@/shared/ui/SearchField";
import { type NodeType, searchTypes } from "../model/catalogue";
import { startTypeDrag } from "../rf/dnd";
import { StepIcon } from "../steps/icons";
import { nextPort, placeType } from "../store/actions";
import { type Editor, useDocument, useEditor, useSurroundings, useView } from "../store/editor";
import type { Intent } from "../store/viewStore";
import styles from "./palette.module.css";

export function Palette() {
  const { t } = useTranslation("editor");
  const { catalogue } = useEditor();
  const { lang } = useSurroundings();
  const kind = useDocument((state) => state.document.settings.kind);
  const [words, setWords] = useState("");
  const folded = useView((state) => state.folded);
  if (folded) return <Unfold />;
  const found = searchTypes(catalogue, words, kind);
  return (
    <aside className={styles.palette} aria-label={t("palette.title")}>
      <div className={styles.top}>
        <h2>{t("palette.title")}</h2>
        <FoldButton />
      </div>
      <SearchField label={t("palette.search")} value={words} onChange={setWords} />
      <div className={styles.list}>
        {catalogue.families.map((family) => (
          <FamilyGroup
            key={family.key}
            name={family.labels[lang]}
            types={found.filter((type) => type.family === family.key)}
          />
        ))}
        {found.length === 0 ? <p className={styles.none}>{t("palette.none")}</p> : null}
      </div>
      <p className={styles.hint}>{t("palette.hint")}</p>
    </aside>
  );
}

function FoldButton() {
  const { t } = useTranslation("editor");
  const { view } = useEditor();
  const folded = useView((state) => state.folded);
  const label = t(folded ? "palette.unfold" : "palette.fold");
  return (
    <Button
      type="text"
      size="small"
      icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
      aria-label={label}
      title={label}
      onClick={() => view.setState({ folded: !folded })}
    />
  );
}

function Unfold() {
  const { t } = useTranslation("editor");
  return (
    <aside className={styles.folded} aria-label={t("palette.title")}>
      <FoldButton />
    </aside>
  );
}

function FamilyGroup({ name, types }: { name: string; types: NodeType[] }) {
  if (!types.length) return null;
  return (
    <section className={styles.group}>
      <h3>{name}</h3>
      <ul>
        {types.map((type) => (
          <li key={type.type}>
            <PaletteItem type={type} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PaletteItem({ type }: { type: NodeType }) {
  const editor = useEditor();
  const { lang } = useSurroundings();
  return (
    <button
      type="button"
      draggable
      className={styles.item}
      style={{
        ["--family" as string]: familyVar(type.family),
        ["--soft" as string]: familyVar(type.family, true),
      }}
      title={type.help?.[lang]}
      data-type={type.type}
      onDragStart={(event) => startTypeDrag(event, type.type)}
      onClick={() => placeType(editor, type.type, intentForClick(editor, type))}
    >
      <span className={styles.icon}>
        <StepIcon type={type.type} family={type.family} size={16} />
      </span>
      {type.labels[lang]}
    </button>
  );
}

/** A click goes on from the selected step; without one, to the middle of the screen. */
function intentForClick(editor: Editor, type: NodeType): Intent {
  const [selected] = editor.view.getState().selection.nodes;
  const port = selected && type.ports.inputs.length ? nextPort(editor, selected) : null;
  if (selected && port) return { kind: "append", node: selected, port };
  return { kind: "free", at: editor.view.getState().centre() };
}
