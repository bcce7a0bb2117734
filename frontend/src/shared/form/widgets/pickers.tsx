/** Choosing one of the tenant's things by name: audience, template, package, event, tag, attribute. */
import { Select } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalogue, useList } from "@/shared/api/queries";
import type {
  AttributeDefinition,
  Audience,
  EventType,
  Page,
  RewardPackage,
  Tag,
  Template,
} from "@/shared/api/types";
import { pick } from "@/shared/i18n/setup";
import { compact } from "@/shared/lib/format";
import styles from "../form.module.css";
import type { WidgetProps } from "../widgetProps";

export interface Choice {
  value: string;
  label: string;
  note?: string;
  disabled?: boolean;
}

interface ChooseProps {
  id?: string;
  value: unknown;
  onChange: (next: unknown) => void;
  choices: Choice[];
  loading?: boolean;
  failed?: boolean;
  placeholder?: string;
  many?: boolean;
  /** Names may be typed that are not there yet. */
  free?: boolean;
  disabled?: boolean;
  bad?: boolean;
  clearable?: boolean;
  onSearch?: (text: string) => void;
  label?: string;
  width?: number | string;
}

function row(choice: Choice): ReactNode {
  return (
    <span className={styles.option}>
      <span>{choice.label}</span>
      {choice.note ? <span className={styles.optionNote}>{choice.note}</span> : null}
    </span>
  );
}

/** A value whose object is not in the list (deleted, or beyond the first page) stays visible as what it is. */
function withCurrent(choices: Choice[], value: unknown, missing: string): Choice[] {
  const current = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string" && item);
  const known = new Set(choices.map((choice) => choice.value));
  const lost = (current as string[]).filter((item) => !known.has(item));
  return [...lost.map((item) => ({ value: item, label: item, note: missing })), ...choices];
}

export function Choose(props: ChooseProps) {
  const { t } = useTranslation("form");
  const choices = props.loading
    ? props.choices
    : withCurrent(props.choices, props.value, t(props.free ? "pickers.fresh" : "pickers.missing"));
  const empty = props.failed
    ? t("pickers.failed")
    : props.loading
      ? t("pickers.loading")
      : t("pickers.empty");
  return (
    <Select
      id={props.id}
      aria-label={props.label}
      mode={props.many ? (props.free ? "tags" : "multiple") : undefined}
      style={{ width: props.width ?? "100%" }}
      popupMatchSelectWidth={props.width ? false : undefined}
      value={props.value === "" ? undefined : (props.value as string)}
      placeholder={props.placeholder}
      loading={props.loading}
      disabled={props.disabled}
      allowClear={props.clearable}
      status={props.bad ? "error" : undefined}
      showSearch={{ optionFilterProp: "label", onSearch: props.onSearch }}
      notFoundContent={empty}
      options={choices}
      optionRender={(option) => row(option.data as Choice)}
      onChange={(next) => props.onChange(next)}
    />
  );
}

export interface PickerSource<T> {
  resource: string;
  word: string;
  /** Where the server's list has no such filter. */
  keep?: (item: T) => boolean;
  query?: Record<string, string | number | undefined>;
  toChoice: (item: T, lang: string) => Choice;
}

export function Picker<T>({
  props,
  source,
  many,
  free,
}: {
  props: WidgetProps;
  source: PickerSource<T>;
  many?: boolean;
  free?: boolean;
}) {
  const { t } = useTranslation("form");
  const [search, setSearch] = useState("");
  const list = useList<T>(source.resource, { page_size: 100, search, ...source.query });
  return (
    <Choose
      id={props.id}
      value={props.value}
      onChange={props.onChange}
      choices={(list.data?.results ?? [])
        .filter(source.keep ?? Boolean)
        .map((item) => source.toChoice(item, props.lang))}
      loading={list.isPending}
      failed={list.isError}
      placeholder={(props.field.ui.placeholder as string) ?? t(`pickers.${source.word}`)}
      disabled={props.disabled}
      bad={props.problems.length > 0}
      clearable={!props.field.required}
      many={many}
      free={free}
      // Longer lists than one page are searched on the server.
      onSearch={list.data?.next || search ? setSearch : undefined}
    />
  );
}

export function AudiencePicker(props: WidgetProps) {
  const source: PickerSource<Audience> = {
    resource: "audiences",
    word: "audience",
    toChoice: (item, lang) => ({ value: item.id, label: item.name, note: compact(item.size, lang) }),
  };
  return <Picker props={props} source={source} many={isMany(props)} />;
}

export function TemplatePicker(props: WidgetProps) {
  const { t } = useTranslation("template");
  const source: PickerSource<Template> = {
    resource: "templates",
    word: "template",
    query: { channel: channelOf(props) },
    toChoice: (item) => ({
      value: item.id,
      label: item.name,
      note: t(`channels.${item.channel}`, { defaultValue: item.channel }),
    }),
  };
  return <Picker props={props} source={source} many={isMany(props)} />;
}

export function PackagePicker(props: WidgetProps) {
  const { t } = useTranslation("form");
  const source: PickerSource<RewardPackage> = {
    resource: "reward-packages",
    word: "package",
    toChoice: (item, lang) => ({
      value: item.id,
      label: item.name,
      note:
        item.available === null
          ? t("pickers.unlimited")
          : t("pickers.left", { n: compact(item.available, lang) }),
    }),
  };
  return <Picker props={props} source={source} many={isMany(props)} />;
}

/** Tags by name. Where hands put them on, one that a rule keeps can't be chosen. */
export function tagChoice(tag: Tag, byHand: boolean, kept: string, lang: string): Choice {
  const barred = byHand && tag.kept_by === "rule";
  const note = barred ? kept : compact(tag.customers, lang);
  return { value: tag.name, label: tag.name, note, disabled: barred };
}

export function TagPicker(props: WidgetProps) {
  const { t } = useTranslation("form");
  // Rules and nodes name tags by name; x-ui.by = "id" asks for ids.
  const byId = props.field.ui.by === "id";
  const byHand = props.field.ui.byHand === true;
  const source: PickerSource<Tag> = {
    resource: "tags",
    word: "tag",
    toChoice: (item, lang) => ({
      ...tagChoice(item, byHand, t("pickers.kept"), lang),
      ...(byId ? { value: item.id } : {}),
    }),
  };
  return <Picker props={props} source={source} many={isMany(props)} free={byHand} />;
}

function isMany(props: WidgetProps): boolean {
  return props.field.schema.type === "array";
}

export function channelOf(props: WidgetProps): string | undefined {
  const fixed = props.field.ui.channel;
  if (typeof fixed === "string") return fixed;
  const beside = props.field.ui.channelField;
  return typeof beside === "string" ? (props.siblings[beside] as string | undefined) : undefined;
}

export function eventChoices(types: EventType[] | undefined, lang: string): Choice[] {
  return (types ?? []).map((type) => ({
    value: type.name,
    label: pick(type.label, lang) || type.name,
    note: type.name,
  }));
}

export function EventPicker(props: WidgetProps) {
  const { t } = useTranslation("form");
  const types = useCatalogue<Page<EventType>>("event-types");
  return (
    <Choose
      {...picked(props)}
      choices={eventChoices(types.data?.results, props.lang)}
      loading={types.isPending}
      failed={types.isError}
      placeholder={(props.field.ui.placeholder as string) ?? t("pickers.event")}
      many={isMany(props)}
    />
  );
}

export function AttributePicker(props: WidgetProps) {
  const { t } = useTranslation("form");
  const list = useCatalogue<Page<AttributeDefinition>>("attributes?page_size=500");
  const types = props.field.ui.types as string[] | undefined;
  const fitting = (list.data?.results ?? []).filter((item) => !types || types.includes(item.type));
  return (
    <Choose
      {...picked(props)}
      choices={fitting.map((item) => ({
        value: item.key,
        label: pick(item.label, props.lang) || item.key,
        note: item.key,
      }))}
      loading={list.isPending}
      failed={list.isError}
      placeholder={t("pickers.attribute")}
      many={isMany(props)}
    />
  );
}

function picked(props: WidgetProps) {
  const { id, value, onChange, disabled, problems, field } = props;
  return { id, value, onChange, disabled, bad: problems.length > 0, clearable: !field.required };
}
