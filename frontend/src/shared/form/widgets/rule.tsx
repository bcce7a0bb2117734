import type { Rule } from "@/shared/rule/types";
import { RuleField } from "@/shared/rule/RuleField";
import type { WidgetProps } from "../widgetProps";

/** A rule inside a form: read as sentences, edited in a wide dialog with its live count. */
export function RuleInput({ value, onChange, field, problems, lang, disabled }: WidgetProps) {
  return (
    <RuleField
      value={(value as Rule) ?? null}
      onChange={onChange}
      problems={problems}
      lang={lang}
      disabled={disabled}
      title={field.label}
    />
  );
}
