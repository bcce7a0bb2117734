/** Widget name → component. A widget that nobody knows is edited as JSON, so nothing is ever uneditable. */
import { type ComponentType, lazy, Suspense } from "react";
import type { WidgetProps } from "../widgetProps";
import { MultiSelectInput, NumberInput, SelectInput, StringsInput, SwitchInput, TextInput } from "./basic";
import { BranchesInput } from "./branches";
import { DurationInput } from "./duration";
import { JsonInput, MapInput } from "./free";
import { AccountPicker, StaffToInput } from "./handing";
import { LiquidInput } from "./liquid";
import { ListInput, ObjectInput, VariantsInput } from "./nested";
import {
  AttributePicker,
  AudiencePicker,
  EventPicker,
  PackagePicker,
  TagPicker,
  TemplatePicker,
} from "./pickers";
import { RuleInput } from "./rule";
import { SecretInput } from "./secret";
import { SharesInput } from "./shares";

// The calendar and the rule's inputs are heavy and rare: they come when a form first shows one.
const TimeInput = lazy(async () => ({ default: (await import("./times")).TimeInput }));
const DateInput = lazy(async () => ({ default: (await import("./times")).DateInput }));
const DateTimeInput = lazy(async () => ({ default: (await import("./times")).DateTimeInput }));
const WaitUntilInput = lazy(async () => ({ default: (await import("./waitUntil")).WaitUntilInput }));
const EventWhereInput = lazy(async () => ({ default: (await import("./eventWhere")).EventWhereInput }));

const WIDGETS: Record<string, ComponentType<WidgetProps>> = {
  text: TextInput,
  textarea: TextInput,
  html: TextInput,
  number: NumberInput,
  select: SelectInput,
  multiselect: MultiSelectInput,
  strings: StringsInput,
  switch: SwitchInput,
  secret: SecretInput,
  liquid: LiquidInput,
  time: TimeInput,
  date: DateInput,
  datetime: DateTimeInput,
  duration: DurationInput,
  "wait-until": WaitUntilInput,
  object: ObjectInput,
  list: ListInput,
  variants: VariantsInput,
  map: MapInput,
  json: JsonInput,
  rule: RuleInput,
  shares: SharesInput,
  branches: BranchesInput,
  "event-where": EventWhereInput,
  "audience-picker": AudiencePicker,
  "template-picker": TemplatePicker,
  "package-picker": PackagePicker,
  "account-picker": AccountPicker,
  "staff-to": StaffToInput,
  "event-picker": EventPicker,
  "tag-picker": TagPicker,
  "attribute-picker": AttributePicker,
};

export function WidgetFor(props: WidgetProps) {
  const Widget = WIDGETS[props.field.widget] ?? JsonInput;
  return (
    <Suspense>
      <Widget {...props} />
    </Suspense>
  );
}
