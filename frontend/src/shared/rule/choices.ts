/** What can be added to a rule, as one searchable list: attributes and events by their own names, then the other conditions. */
import { blank, fieldsOf } from "@/shared/form/fields";
import type { ConditionInfo } from "@/shared/api/types";
import type { JsonSchema } from "@/shared/form/schema";
import { pick } from "@/shared/i18n/setup";
import type { RuleCatalogue } from "./catalogue";
import { isDuration, isWindow } from "./model/generic";
import { soundsOf } from "./model/pinyin";
import { operatorsFor, asValueType, arityOf } from "./model/operators";
import type { Condition } from "./types";

export interface ConditionChoice {
  id: string;
  dimension: string;
  label: string;
  /** What programs call it: the key of an attribute, the name of an event. */
  key: string;
  /** One line that explains it. */
  note: string;
  make: () => Condition;
}

/** "asked of: window, times": what is filled in explains a condition that has no words of its own. */
function noteOf(info: ConditionInfo, lang: string): string {
  const said = pick(info.help, lang);
  if (said) return said;
  const fields = fieldsOf(info.schema ?? {}, lang).filter(
    (field) => !["condition", "op"].includes(field.name),
  );
  return fields.map((field) => field.label).join(lang.startsWith("en") ? ", " : "、");
}

/** These are offered once per attribute / event instead of once as such. */
const EXPANDED = new Set(["attribute", "event"]);

function attributeChoices(catalogue: RuleCatalogue, lang: string): ConditionChoice[] {
  return catalogue.attributes.map((item) => ({
    id: `attribute:${item.key}`,
    dimension: "attribute",
    label: pick(item.label, lang) || item.key,
    key: item.key,
    note: "",
    make: () => {
      const op = operatorsFor(asValueType(item.type), catalogue.conditions)[0] ?? "eq";
      const list = arityOf(op, catalogue.conditions) === "list";
      return { condition: "attribute", key: item.key, op, ...(list ? { value: [] } : {}) };
    },
  }));
}

function eventChoices(catalogue: RuleCatalogue, lang: string): ConditionChoice[] {
  const offered = catalogue.events.filter((item) => !item.hidden);
  return offered.map((item) => ({
    id: `event:${item.name}`,
    dimension: "behaviour",
    label: pick(item.label, lang) || item.name,
    key: item.name,
    note: item.description ?? "",
    make: () => ({
      condition: "event",
      event: item.name,
      measure: "count",
      op: "gte",
      value: 1,
      window: { last: { days: 90 } },
    }),
  }));
}

const STARTS: Record<string, () => Condition> = {
  tag: () => ({ condition: "tag", op: "has_any", value: [] }),
  audience: () => ({ condition: "audience", id: "" }),
  sequence: () => ({ condition: "sequence", steps: [{}, {}], within: { days: 7 } }),
  attribute: () => ({ condition: "attribute", op: "eq" }),
  event: () => ({
    condition: "event",
    measure: "count",
    op: "gte",
    value: 1,
    window: { last: { days: 90 } },
  }),
};

const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.values(value).every((member) => member === 0);

/** Defaults of the schema; a span of time that must be there is 90 days, a length of time 7; other objects are left to be filled in. */
function started(key: string, schema: JsonSchema, operators: string[]): Condition {
  const known = STARTS[key];
  if (known) return known();
  const filled = Object.entries((blank(schema) ?? {}) as Record<string, unknown>);
  const op = operators[0] ? { op: operators[0] } : {};
  const needed = Object.fromEntries(
    fieldsOf(schema, "")
      .filter((field) => field.required && (isWindow(field.schema) || isDuration(field.schema)))
      .map((field) => [field.name, isWindow(field.schema) ? { last: { days: 90 } } : { days: 7 }]),
  );
  const kept = Object.fromEntries(filled.filter(([, value]) => !isEmpty(value)));
  return { ...op, ...needed, ...kept, condition: key };
}

export function choicesOf(catalogue: RuleCatalogue, lang: string): ConditionChoice[] {
  const others = (catalogue.conditions?.results ?? []).filter((info) => {
    const expanded = info.key === "attribute" ? catalogue.attributes.length : catalogue.events.length;
    return !(EXPANDED.has(info.key) && expanded > 0);
  });
  return [
    ...attributeChoices(catalogue, lang),
    ...eventChoices(catalogue, lang),
    ...others.map((info) => ({
      id: `condition:${info.key}`,
      dimension: info.dimension,
      label: pick(info.labels, lang) || info.key,
      key: info.key,
      note: noteOf(info, lang),
      make: () => started(info.key, info.schema ?? {}, info.operators ?? []),
    })),
  ];
}

/** 0: the name begins so, 1: its initials do, 2: it contains it, 3: its sound or key does, 4: the explanation; null: no. */
function rank(choice: ConditionChoice, wanted: string): number | null {
  const name = choice.label.toLowerCase();
  if (name.startsWith(wanted)) return 0;
  const sound = soundsOf(choice.label);
  if (sound.initials.startsWith(wanted)) return 1;
  if (name.includes(wanted)) return 2;
  if (sound.whole.includes(wanted) || choice.key.toLowerCase().includes(wanted)) return 3;
  return choice.note.toLowerCase().includes(wanted) ? 4 : null;
}

/** Found by name, key, pinyin (whole or initials) or explanation; the nearest first. */
export function matching(choices: ConditionChoice[], search: string): ConditionChoice[] {
  const wanted = search.trim().toLowerCase();
  if (!wanted) return choices;
  const found = choices.map((choice) => ({ choice, rank: rank(choice, wanted) }));
  return found
    .filter((item): item is { choice: ConditionChoice; rank: number } => item.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map((item) => item.choice);
}

export const DIMENSIONS = ["attribute", "behaviour", "group", "tag"];

export function byDimension(choices: ConditionChoice[]): [string, ConditionChoice[]][] {
  const place = (choice: ConditionChoice) =>
    DIMENSIONS.includes(choice.dimension) ? choice.dimension : "other";
  return [...DIMENSIONS, "other"]
    .map((dimension): [string, ConditionChoice[]] => [
      dimension,
      choices.filter((choice) => place(choice) === dimension),
    ])
    .filter(([, members]) => members.length > 0);
}
