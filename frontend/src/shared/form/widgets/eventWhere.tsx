/** Filters on the properties of the event chosen beside it. */
import type { Where } from "@/shared/api/types";
import { WhereList } from "@/shared/rule/WhereList";
import type { WidgetProps } from "../widgetProps";

export function EventWhereInput({ value, onChange, field, siblings, problems, lang, disabled }: WidgetProps) {
  const beside = String(field.ui.eventField ?? "event");
  return (
    <WhereList
      event={String(siblings[beside] ?? "")}
      value={(value as Where[]) ?? []}
      onChange={(next) => onChange(next.length ? next : undefined)}
      problems={problems}
      lang={lang}
      disabled={disabled}
    />
  );
}
