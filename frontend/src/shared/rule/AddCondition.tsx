/** The list from which a condition is added: searchable, by dimension. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Input, Popover } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
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

function ChoiceList({
  catalogue,
  lang,
  onPick,
}: {
  catalogue: RuleCatalogue;
  lang: string;
  onPick: (choice: ConditionChoice) => void;
}) {
  const { t } = useTranslation("rule");
  const [search, setSearch] = useState("");
  const choices = useMemo(() => choicesOf(catalogue, lang), [catalogue, lang]);
  const found = byDimension(matching(choices, search));
  return (
    <div className={styles.chooser}>
      <Input
        autoFocus
        allowClear
        placeholder={t("builder.search")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className={styles.choices}>
        {found.length === 0 ? (
          <p className={styles.hint}>{t(catalogue.failed ? "builder.failed" : "builder.none")}</p>
        ) : null}
        {found.map(([dimension, members]) => (
          <section key={dimension} aria-label={t(`dimensions.${dimension}`)}>
            <h3 className={styles.dimension}>{t(`dimensions.${dimension}`)}</h3>
            <div className={styles.choiceGrid}>
              {members.map((choice) => (
                <button
                  key={choice.id}
                  type="button"
                  className={styles.choice}
                  title={choice.note}
                  onClick={() => onPick(choice)}
                >
                  {choice.label}
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
  const choose = (choice: ConditionChoice) => {
    setOpen(false);
    onAdd(choice.make());
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      content={<ChoiceList catalogue={catalogue} lang={lang} onPick={choose} />}
    >
      <Button icon={<PlusOutlined aria-hidden />} disabled={disabled}>
        {t("builder.add")}
      </Button>
    </Popover>
  );
}
