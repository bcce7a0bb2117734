/**
 * The control of one parameter of a condition: what the schema asks for, and where that says no more than "text",
 * what its name tells (a canvas, a member of staff, a property of the event chosen beside it).
 */
import type { ComponentType } from "react";
import type { CanvasListItem, Staff } from "@/shared/api/types";
import type { Field } from "@/shared/form/fields";
import {
  AttributePicker,
  AudiencePicker,
  EventPicker,
  PackagePicker,
  Picker,
  TagPicker,
  TemplatePicker,
} from "@/shared/form/widgets/pickers";
import { WidgetFor } from "@/shared/form/widgets/registry";
import type { WidgetProps } from "@/shared/form/widgetProps";
import { useWords } from "../catalogue";
import { isDuration, isWindow } from "../model/generic";
import { PropertyPick } from "../PropertyPick";
import type { Window } from "../types";
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

const OWN: Record<string, ComponentType<WidgetProps>> = {
  "canvas-picker": CanvasPicker,
  "staff-picker": StaffPicker,
  "property-picker": PropertyInput,
  "event-picker": EventPicker,
  "tag-picker": TagPicker,
  "audience-picker": AudiencePicker,
  "template-picker": TemplatePicker,
  "package-picker": PackagePicker,
  "attribute-picker": AttributePicker,
  window: WindowField,
};

const BY_NAME: Record<string, string> = {
  canvas: "canvas-picker",
  canvases: "canvas-picker",
  staff: "staff-picker",
  property: "property-picker",
  event: "event-picker",
  events: "event-picker",
  tag: "tag-picker",
  tags: "tag-picker",
  audience: "audience-picker",
  audiences: "audience-picker",
  template: "template-picker",
  templates: "template-picker",
  package: "package-picker",
  packages: "package-picker",
};

export function widgetName(field: Field, condition: string): string {
  if (isWindow(field.schema)) return "window";
  if (isDuration(field.schema)) return "duration";
  const plain = field.widget === "text" || field.widget === "strings";
  if (!plain) return field.widget;
  if (condition === "staff" && field.name === "value") return "staff-picker";
  return BY_NAME[field.name] ?? field.widget;
}

export function ParameterInput({ condition, ...props }: WidgetProps & { condition: string }) {
  const name = widgetName(props.field, condition);
  const Own = OWN[name];
  if (Own) return <Own {...props} />;
  return <WidgetFor {...props} field={{ ...props.field, widget: name }} />;
}
