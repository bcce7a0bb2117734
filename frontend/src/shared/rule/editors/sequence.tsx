/** Events one after the other within a time: 「7 天内依次：加企微 → 注册会员」. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { Duration } from "@/shared/api/types";
import { Choose, eventChoices } from "@/shared/form/widgets/pickers";
import { DurationField } from "@/shared/form/widgets/duration";
import styles from "../rule.module.css";
import { badAt, type EditorProps } from "./props";

interface Step {
  event?: string;
  [other: string]: unknown;
}

export function SequenceEditor({ rule, onChange, problems, catalogue, lang, disabled }: EditorProps) {
  const { t } = useTranslation("rule");
  const steps = (rule.steps as Step[] | undefined) ?? [{}, {}];
  const put = (next: Step[]) => onChange({ ...rule, steps: next });
  return (
    <>
      <div className={styles.line}>
        {steps.map((step, index) => (
          <Fragment key={`${index}`}>
            {index > 0 ? <span className={styles.word}>→</span> : null}
            <Choose
              label={t("sequence.step", { n: index + 1 })}
              placeholder={t("sequence.step", { n: index + 1 })}
              width={160}
              value={step.event}
              disabled={disabled}
              bad={badAt(problems, `steps/${index}`)}
              choices={eventChoices(catalogue.events, lang)}
              onChange={(event) =>
                put(steps.map((old, at) => (at === index ? { ...old, event: String(event) } : old)))
              }
            />
            {steps.length > 2 ? (
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t("sequence.removeStep")}
                disabled={disabled}
                onClick={() => put(steps.filter((_, at) => at !== index))}
              />
            ) : null}
          </Fragment>
        ))}
        <Button
          size="small"
          type="link"
          className={styles.quiet}
          icon={<PlusOutlined aria-hidden />}
          disabled={disabled}
          onClick={() => put([...steps, {}])}
        >
          {t("sequence.addStep")}
        </Button>
      </div>
      <div className={styles.line}>
        <span className={styles.word}>{t("sequence.within")}</span>
        <div className={styles.span}>
          <DurationField
            value={rule.within as Duration}
            onChange={(within) => onChange({ ...rule, within })}
            units={["days", "hours", "minutes", "weeks"]}
            lang={lang}
            disabled={disabled}
            bad={badAt(problems, "within")}
            label={t("sequence.within")}
          />
        </div>
      </div>
    </>
  );
}
