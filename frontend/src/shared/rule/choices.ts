/** What can be added to a rule, as one searchable list: attributes and events by their own names, then the other conditions. */
import { blank } from "@/shared/form/fields";
import { pick } from "@/shared/i18n/setup";
import type { RuleCatalogue } from "./catalogue";
import { operatorsFor, asValueType, arityOf } from "./model/operators";
import type { Condition } from "./types";

export interface ConditionChoice {
  id: string;
  dimension: string;
  label: string;
  note: string;
  make: () => Condition;
}

/** These are offered once per attribute / event instead of once as such. */
const EXPANDED = new Set(["attribute", "event"]);

function attributeChoices(catalogue: RuleCatalogue, lang: string): ConditionChoice[] {
  return catalogue.attributes.map((item) => ({
    id: `attribute:${item.key}`,
    dimension: "attribute",
    label: pick(item.label, lang) || item.key,
    note: item.key,
    make: () => {
      const op = operatorsFor(asValueType(item.type), catalogue.conditions)[0] ?? "eq";
      const list = arityOf(op, catalogue.conditions) === "list";
      return { condition: "attribute", key: item.key, op, ...(list ? { value: [] } : {}) };
    },
  }));
}

function eventChoices(catalogue: RuleCatalogue, lang: string): ConditionChoice[] {
  return catalogue.events.map((item) => ({
    id: `event:${item.name}`,
    dimension: "behaviour",
    label: pick(item.label, lang) || item.name,
    note: item.name,
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

function started(key: string, schema: Parameters<typeof blank>[0], operators: string[]): Condition {
  const known = STARTS[key];
  if (known) return known();
  const filled = (blank(schema) ?? {}) as Record<string, unknown>;
  const op = operators[0] ? { op: operators[0] } : {};
  return { ...op, ...filled, condition: key };
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
      note: "",
      make: () => started(info.key, info.schema ?? {}, info.operators ?? []),
    })),
  ];
}

/** Found by name or key; names that begin with what was typed come first. */
export function matching(choices: ConditionChoice[], search: string): ConditionChoice[] {
  const wanted = search.trim().toLowerCase();
  if (!wanted) return choices;
  const found = choices.filter((choice) => `${choice.label} ${choice.note}`.toLowerCase().includes(wanted));
  const late = (choice: ConditionChoice) => (choice.label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return [...found].sort((a, b) => late(a) - late(b));
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
