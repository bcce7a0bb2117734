/** The control of one parameter of a condition: what its schema asks for. Those that only rules know are here. */
import { type ComponentType, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasListItem, Staff } from "@/shared/api/types";
import type { Field } from "@/shared/form/fields";
import { Choose, Picker } from "@/shared/form/widgets/pickers";
import { type Label, pick } from "@/shared/i18n/setup";
import { tenantZone } from "@/shared/lib/zone";
import { timeZones } from "@/shared/lib/zones";
import { WidgetFor } from "@/shared/form/widgets/registry";
import type { WidgetProps } from "@/shared/form/widgetProps";
import { useWords } from "../catalogue";
import { isDuration, isWindow } from "../model/generic";
import { useFrequent } from "../frequent";
import { PropertyPick } from "../PropertyPick";
import type { Window } from "../types";
import { ValueInput } from "../ValueInput";
import { WindowInput } from "./window";

const isMany = (props: WidgetProps) => props.field.schema.type === "array";

function CanvasPicker(props: WidgetProps) {
  const source = {
    resource: "canvases",
    word: "canvas",
    toChoice: (item: CanvasListItem) => ({ value: item.id, label: item.name }),
  };
  return <Picker props={props} source={source} many={isMany(props)} />;
}

/** Rules name staff by their external id; x-ui.by = "id" asks for ids. */
function StaffPicker(props: WidgetProps) {
  const byId = props.field.ui.by === "id";
  const source = {
    resource: "staff",
    word: "staff",
    toChoice: (item: Staff) => ({
      value: byId ? item.id : item.external_id,
      label: item.name,
      note: item.external_id,
    }),
  };
  return <Picker props={props} source={source} many={isMany(props)} />;
}

function PropertyInput({ value, onChange, siblings, field, problems, lang, disabled }: WidgetProps) {
  const { words, catalogue } = useWords(lang);
  const beside = String(field.ui.eventField ?? "event");
  const names = catalogue.events.find((type) => type.name === siblings[beside])?.properties;
  const every = catalogue.events.flatMap((type) => Object.keys(type.properties));
  return (
    <PropertyPick
      names={names ? Object.keys(names) : every}
      value={value as string}
      words={words}
      bad={problems.length > 0}
      disabled={disabled}
      onChange={onChange}
    />
  );
}

function WindowField({ value, onChange, lang, disabled }: WidgetProps) {
  return (
    <WindowInput value={value as Window | undefined} onChange={onChange} lang={lang} disabled={disabled} />
  );
}

/** Kinds of identities: those that the catalogue has words for, and any of the tenant's own. */
function IdentityPicker(props: WidgetProps) {
  const [typed, setTyped] = useState("");
  const known = Object.entries((props.field.ui.options ?? {}) as Record<string, Label>);
  const own = [String(props.value ?? ""), typed.trim()].filter(
    (kind) => kind && !props.field.ui.options?.[kind],
  );
  const choices = known.map(([value, label]) => ({ value, label: pick(label, props.lang), note: value }));
  return (
    <Choose
      {...plain(props)}
      placeholder={placeholderOf(props)}
      choices={[...choices, ...[...new Set(own)].map((kind) => ({ value: kind, label: kind }))]}
      onSearch={setTyped}
    />
  );
}

function ZonePicker(props: WidgetProps) {
  return (
    <Choose
      {...plain(props)}
      many
      choices={timeZones(tenantZone() ?? "Asia/Shanghai").map((zone) => ({ value: zone, label: zone }))}
    />
  );
}

/** Values that the property beside it often has; any other may be typed. */
function PropertyValues(props: WidgetProps) {
  const { event, property } = props.siblings as { event?: string; property?: string };
  const often = useFrequent(event, property);
  return (
    <ValueInput
      type="string"
      arity="list"
      value={props.value}
      onChange={props.onChange}
      suggested={often}
      lang={props.lang}
      disabled={props.disabled}
      bad={props.problems.length > 0}
      label={props.field.label}
    />
  );
}

/** Yes, no, or not asked for. */
function MaybeInput(props: WidgetProps) {
  const { t } = useTranslation("rule");
  return (
    <Choose
      {...plain(props)}
      clearable
      placeholder={t("any")}
      value={props.value === undefined || props.value === null ? undefined : String(props.value)}
      choices={["true", "false"].map((word) => ({ value: word, label: t(word === "true" ? "yes" : "no") }))}
      onChange={(next) => props.onChange(next === undefined ? undefined : next === "true")}
    />
  );
}

function plain({ id, value, onChange, disabled, problems, field }: WidgetProps) {
  return {
    id,
    value,
    onChange,
    disabled,
    bad: problems.length > 0,
    clearable: !field.required,
    label: field.label,
  };
}

const placeholderOf = (props: WidgetProps) => String(props.field.ui.placeholder ?? "") || undefined;

const OWN: Record<string, ComponentType<WidgetProps>> = {
  "canvas-picker": CanvasPicker,
  "staff-picker": StaffPicker,
  "property-picker": PropertyInput,
  "property-values": PropertyValues,
  "identity-picker": IdentityPicker,
  "zone-picker": ZonePicker,
  maybe: MaybeInput,
  window: WindowField,
};

function widgetName(field: Field): string {
  if (isWindow(field.schema)) return "window";
  if (isDuration(field.schema)) return "duration";
  return field.widget === "switch" && field.schema.default === null ? "maybe" : field.widget;
}

/** What is chosen from a list says what an empty one means: everything counts, or there is a choice to make. */
function withPlaceholder(field: Field, any: string, choose: string): Field {
  if (field.ui.placeholder || !(field.options.length || field.widget.endsWith("-picker"))) return field;
  const picker = field.required && !field.options.length;
  return picker ? field : { ...field, ui: { ...field.ui, placeholder: field.required ? choose : any } };
}

export function ParameterInput(props: WidgetProps) {
  const { t } = useTranslation("rule");
  const widget = widgetName(props.field);
  const field = { ...withPlaceholder(props.field, t("any"), t("choose")), widget };
  const Own = OWN[widget];
  if (Own) return <Own {...props} field={field} />;
  return <WidgetFor {...props} field={field} />;
}
