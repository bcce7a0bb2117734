/**
 * A text with variables as chips. The document is the Liquid text itself, so caret, undo and input methods are the editor's
 * own and nothing is lost between chips and text; a chip only covers its piece of it.
 */
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { EditorState, type Extension, RangeSetBuilder, StateEffect } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  placeholder as emptyText,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChipDetail } from "./ChipDetail";
import type { VariableTextProps } from "@/shared/form/variableText";
import styles from "./chips.module.css";
import { type Span, spansOf, written } from "./spans";
import { useVariableGroups, type VariableGroup } from "./variables";
import { VariablePicker } from "./VariablePicker";

type Named = (path: string) => string;

class Chip extends WidgetType {
  constructor(
    readonly name: string,
    readonly fallback: string | null,
    readonly known: boolean,
  ) {
    super();
  }
  override eq(other: Chip): boolean {
    return other.name === this.name && other.fallback === this.fallback && other.known === this.known;
  }
  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = `${styles.inline} ${this.known ? "" : styles.strange}`;
    chip.textContent = this.fallback ? `${this.name}（${this.fallback}）` : this.name;
    return chip;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

function chipsOf(text: string, named: Named): DecorationSet {
  const set = new RangeSetBuilder<Decoration>();
  for (const span of spansOf(text)) {
    const name = named(span.path);
    const widget = new Chip(name || span.path, span.fallback, name !== "");
    set.add(span.from, span.to, Decoration.replace({ widget }));
  }
  return set.finish();
}

const renamed = StateEffect.define<null>();

function chipsPlugin(named: { current: Named }): Extension {
  const plugin = ViewPlugin.fromClass(
    class {
      chips: DecorationSet;
      constructor(view: EditorView) {
        this.chips = chipsOf(view.state.doc.toString(), named.current);
      }
      update(update: ViewUpdate) {
        const other = update.transactions.some((step) => step.effects.some((effect) => effect.is(renamed)));
        if (update.docChanged || other) this.chips = chipsOf(update.state.doc.toString(), named.current);
      }
    },
    {
      decorations: (value) => value.chips,
      provide: (self) => EditorView.atomicRanges.of((view) => view.plugin(self)?.chips ?? Decoration.none),
    },
  );
  return plugin;
}

function namesOf(groups: VariableGroup[]): Named {
  const names = new Map(
    groups.flatMap((group) => group.items.map((item) => [item.path, item.label] as const)),
  );
  return (path) => names.get(path) ?? "";
}

/** One editor for the life of the field; what changes outside is brought in. names: changes when chips are called anew. */
function useEditor(
  props: VariableTextProps,
  named: Named,
  names: string,
  onChip: (span: Span | null) => void,
) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const now = useRef({ props, named, onChip });
  const naming = useRef(named);
  useEffect(() => {
    now.current = { props, named, onChip };
    naming.current = named;
  });
  useEffect(() => {
    view.current?.dispatch({ effects: renamed.of(null) });
  }, [names]);
  useEffect(() => {
    const { id, label, value, lines, placeholder, maxLength } = now.current.props;
    const told = EditorView.updateListener.of((update) => {
      if (update.docChanged) now.current.props.onChange(update.state.doc.toString());
      if (update.docChanged) now.current.onChip(null);
    });
    const short = EditorState.changeFilter.of(
      (change) =>
        !maxLength ||
        change.newDoc.length <= maxLength ||
        change.newDoc.length < change.startState.doc.length,
    );
    const clicked = EditorView.domEventHandlers({
      mousedown: (event, editor) => {
        const at = (event.target as HTMLElement).classList.contains(styles.inline ?? "")
          ? editor.posAtDOM(event.target as HTMLElement)
          : -1;
        const found = spansOf(editor.state.doc.toString()).find((span) => span.from === at);
        now.current.onChip(found ?? null);
        return false;
      },
    });
    const oneLine =
      lines === 1 ? [EditorState.transactionFilter.of((step) => (step.newDoc.lines > 1 ? [] : step))] : [];
    const editor = new EditorView({
      parent: host.current as HTMLElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ id, "aria-label": label, style: `min-height:${lines * 1.6}em` }),
          emptyText(placeholder ?? ""),
          chipsPlugin(naming),
          told,
          short,
          clicked,
          oneLine,
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);
  return { host, view };
}

export default function ChipText(props: VariableTextProps) {
  const { t } = useTranslation("template");
  const groups = useVariableGroups(props.lang);
  const [chosen, setChosen] = useState<Span | null>(null);
  const named = namesOf(groups);
  const names = groups.map((group) => `${group.label}${group.items.length}`).join();
  const { host, view } = useEditor(props, named, names, setChosen);

  const put = (from: number, to: number, piece: string) => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch({
      changes: { from, to, insert: piece },
      selection: { anchor: from + piece.length },
      annotations: isolateHistory.of("full"), // undo takes a chip by itself, not with what was typed just before
    });
    editor.focus();
  };
  const insert = (path: string) => {
    const range = view.current?.state.selection.main;
    if (range) put(range.from, range.to, written(path, null));
  };
  return (
    <div className={styles.field}>
      <div ref={host} className={`${styles.text} ${props.invalid ? styles.invalid : ""}`} />
      {chosen ? (
        <ChipDetail
          key={`${chosen.from}-${chosen.path}`}
          name={named(chosen.path) || chosen.path}
          fallback={chosen.fallback ?? ""}
          onDone={(fallback) => put(chosen.from, chosen.to, written(chosen.path, fallback))}
          onRemove={() => put(chosen.from, chosen.to, "")}
        />
      ) : null}
      <VariablePicker groups={groups} label={t("chips.insert")} onPick={insert} />
    </div>
  );
}
