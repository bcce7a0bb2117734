/** The list from which a condition is added: by dimension, searched by name, key or pinyin, walked with the arrow keys. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Input, Popover } from "antd";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { composing } from "@/shared/lib/ime";
import type { RuleCatalogue } from "./catalogue";
import { byDimension, choicesOf, type ConditionChoice, matching } from "./choices";
import styles from "./rule.module.css";
import type { Condition } from "./types";

interface Props {
  catalogue: RuleCatalogue;
  lang: string;
  disabled?: boolean;
  onAdd: (condition: Condition) => void;
}

interface ListProps {
  catalogue: RuleCatalogue;
  lang: string;
  onPick: (choice: ConditionChoice) => void;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** From the search field only down; inside the list every arrow walks, and up from the first leads back. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const typing = event.target instanceof HTMLInputElement;
  const step = STEPS[event.key];
  if (!step || (typing && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-choice]")];
  const now = buttons.indexOf(document.activeElement as HTMLElement);
  if (step < 0 && now <= 0) event.currentTarget.querySelector("input")?.focus();
  else buttons[Math.min(now + step, buttons.length - 1)]?.focus();
}

function ChoiceList({ catalogue, lang, onPick }: ListProps) {
  const { t } = useTranslation("rule");
  const [search, setSearch] = useState("");
  const choices = useMemo(() => choicesOf(catalogue, lang), [catalogue, lang]);
  const found = useMemo(() => matching(choices, search), [choices, search]);
  const shown = useMemo(() => byDimension(found), [found]);
  return (
    <div className={styles.chooser} onKeyDown={walk}>
      <Input
        autoFocus
        allowClear
        placeholder={t("builder.search")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || composing(event) || !search.trim() || !found[0]) return;
          event.preventDefault();
          onPick(found[0]);
        }}
      />
      <div className={styles.choices}>
        {shown.length === 0 ? (
          <p className={styles.hint}>{t(catalogue.failed ? "builder.failed" : "builder.none")}</p>
        ) : null}
        {shown.map(([dimension, members]) => (
          <section key={dimension} aria-label={t(`dimensions.${dimension}`)}>
            <h3 className={styles.dimension}>{t(`dimensions.${dimension}`)}</h3>
            <div className={styles.choiceGrid}>
              {members.map((choice) => (
                <button
                  key={choice.id}
                  type="button"
                  data-choice={choice.id}
                  className={styles.choice}
                  aria-label={choice.label}
                  title={choice.key}
                  onClick={() => onPick(choice)}
                >
                  <span className={styles.choiceName}>{choice.label}</span>
                  <span className={styles.choiceNote}>{choice.note || choice.key}</span>
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

export function AddCondition({ catalogue, lang, disabled, onAdd }: Props) {
  const { t } = useTranslation("rule");
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const choose = (choice: ConditionChoice) => {
    setOpen(false);
    onAdd(choice.make());
  };
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      content={
        <div onKeyDown={close}>
          <ChoiceList catalogue={catalogue} lang={lang} onPick={choose} />
        </div>
      }
    >
      <Button ref={button} icon={<PlusOutlined aria-hidden />} disabled={disabled}>
        {t("builder.add")}
      </Button>
    </Popover>
  );
}
