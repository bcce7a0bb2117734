/** The list of steps at the pointer: opened by + on a port or an edge, by a half-drawn edge, by N or a double click. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { composing } from "@/shared/lib/ime";
import { familyVar } from "@/shared/ui/palette";
import { type NodeType, isSource, searchTypes } from "../model/catalogue";
import { focusStep } from "../commands/focus";
import { StepIcon } from "../steps/icons";
import { placeType } from "../store/actions";
import { useDocument, useEditor, useSurroundings, useView } from "../store/editor";
import type { Picker } from "../store/viewStore";
import styles from "./palette.module.css";

export function NodePicker() {
  const picker = useView((state) => state.picker);
  return picker ? <OpenPicker key={`${picker.screen.x},${picker.screen.y}`} picker={picker} /> : null;
}

const WIDTH = 280;
const HEIGHT = 380;

function OpenPicker({ picker }: { picker: Picker }) {
  const editor = useEditor();
  const { t } = useTranslation("editor");
  const kind = useDocument((state) => state.document.settings.kind);
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const fits = (type: NodeType) => picker.intent.kind === "free" || !isSource(type);
  const found = searchTypes(editor.catalogue, words, kind).filter(fits);
  const close = () => editor.view.setState({ picker: null });
  const choose = (type: NodeType | undefined) => {
    const made = type && placeType(editor, type.type, picker.intent);
    // The keyboard goes on from the new step: N again, arrows, F2.
    if (made) requestAnimationFrame(() => focusStep(made));
  };
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) editor.view.setState({ picker: null });
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [editor]);
  const onKey = (event: KeyboardEvent) => {
    if (composing(event)) return;
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") choose(found[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = Math.max(8, Math.min(picker.screen.x, window.innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(picker.screen.y, window.innerHeight - HEIGHT - 8));
  return (
    <div
      ref={box}
      className={styles.picker}
      style={{ left, top, width: WIDTH }}
      role="dialog"
      aria-label={t("picker.title")}
    >
      <input
        autoFocus
        className={styles.search}
        value={words}
        placeholder={t("palette.search")}
        aria-label={t("palette.search")}
        role="combobox"
        aria-expanded="true"
        aria-controls="node-picker-list"
        aria-activedescendant={found[at] ? `pick-${found[at].type}` : undefined}
        onKeyDown={onKey}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
      />
      <ul id="node-picker-list" role="listbox" aria-label={t("picker.title")} className={styles.options}>
        {found.map((type, index) => (
          <Option
            key={type.type}
            type={type}
            active={index === at}
            onChoose={() => choose(type)}
            onPoint={() => setAt(index)}
          />
        ))}
      </ul>
      {found.length === 0 ? <p className={styles.none}>{t("palette.none")}</p> : null}
    </div>
  );
}

interface OptionProps {
  type: NodeType;
  active: boolean;
  onChoose: () => void;
  onPoint: () => void;
}

function Option({ type, active, onChoose, onPoint }: OptionProps) {
  const { lang } = useSurroundings();
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <li
      ref={row}
      id={`pick-${type.type}`}
      role="option"
      aria-selected={active}
      className={styles.option}
      style={{
        ["--family" as string]: familyVar(type.family),
        ["--soft" as string]: familyVar(type.family, true),
      }}
      onClick={onChoose}
      onPointerMove={onPoint}
    >
      <span className={styles.icon}>
        <StepIcon type={type.type} family={type.family} size={16} />
      </span>
      <span>
        {type.labels[lang]}
        {type.help ? <small>{type.help[lang]}</small> : null}
      </span>
    </li>
  );
}
