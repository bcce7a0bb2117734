/** Rules read as sentences: 「最近 90 天 · 已支付订单 ≥ 2 次 · 且 金额 > 100」. Pure: names and words are handed in. */
import type { ConditionInfo, Duration, Where } from "@/shared/api/types";
import { dateTime, duration } from "@/shared/lib/format";
import type { Condition, Rule, Window } from "../types";
import { genericText } from "./generic";
import { childrenOf, coreOf, isCondition, joinerOf, type Joiner, type Path, pointerOf } from "./tree";

export interface Words {
  lang: string;
  t: (key: string, params?: Record<string, unknown>) => string;
  condition: (key: string) => string;
  /** The condition as the catalogue describes it. */
  info?: (key: string) => ConditionInfo | undefined;
  attribute: (key: string) => string;
  event: (name: string) => string;
  property: (name: string) => string;
  audience: (id: string) => string;
  operator: (op: string, numeric: boolean) => string;
  measure: (key: string) => string;
}

export interface Line {
  depth: number;
  /** How this line joins the one before it in its group; null for the first. */
  joiner: Joiner | null;
  negated: boolean;
  /** Empty for a group line, which only opens its children. */
  text: string;
  group: Joiner | null;
  pointer: string;
}

function isDuration(value: unknown): value is Duration {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown, words: Words): string {
  if (value === undefined || value === null || value === "") return words.t("blank");
  if (typeof value === "boolean") return words.t(value ? "yes" : "no");
  if (isDuration(value)) return duration(value, words.lang) || words.t("blank");
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return dateTime(value, words.lang);
  return String(value);
}

export function valueText(value: unknown, op: string | undefined, words: Words): string {
  if (!Array.isArray(value)) return shown(value, words);
  if (value.length === 0) return words.t("blank");
  const joiner = op === "between" ? " ~ " : words.t("listJoiner");
  return value.map((item) => shown(item, words)).join(joiner);
}

function compare(subject: string, op: string | undefined, value: unknown, words: Words): string {
  const numeric = typeof value === "number";
  const sign = words.operator(op ?? "eq", numeric);
  if (op === "exists" || op === "not_exists") return `${subject} ${sign}`;
  return `${subject} ${sign} ${valueText(value, op, words)}`;
}

function windowText(window: Window | undefined, words: Words): string {
  if (!window) return "";
  if ("last" in window) return words.t("window.lastText", { span: duration(window.last, words.lang) });
  const from = window.from ? shown(window.from, words) : "…";
  const to = window.to ? shown(window.to, words) : "…";
  return `${from} ~ ${to}`;
}

function whereText(where: Where[] | undefined, words: Words): string[] {
  return (where ?? []).map((filter) =>
    words.t("andText", { text: compare(words.property(filter.property), filter.op, filter.value, words) }),
  );
}

function measureText(rule: Condition, words: Words): string {
  const event = words.event(rule.event ?? "");
  const measure = rule.measure ?? "count";
  if (measure === "count" && rule.op === "gte" && rule.value === 1) return words.t("event.did", { event });
  if (measure === "count" && (rule.op === "eq" || rule.op === "lte") && rule.value === 0) {
    return words.t("event.didNot", { event });
  }
  if (measure === "count" || measure === "days") {
    return `${compare(event, rule.op, rule.value, words)} ${words.t(`event.${measure}Unit`)}`;
  }
  if (measure === "first" || measure === "last") {
    return compare(words.t(`event.${measure}Text`, { event }), rule.op, rule.value, words);
  }
  const property = words.property(rule.property ?? "");
  const subject = words.t("event.measureText", { event, property, measure: words.measure(measure) });
  return compare(subject, rule.op, rule.value, words);
}

function eventText(rule: Condition, words: Words): string {
  const parts = [windowText(rule.window, words), measureText(rule, words), ...whereText(rule.where, words)];
  return parts.filter(Boolean).join(" · ");
}

function sequenceText(rule: Condition, words: Words): string {
  const steps = (rule.steps as { event?: string }[] | undefined) ?? [];
  const path = steps.map((step) => words.event(step.event ?? "")).join(" → ");
  return words.t("sequence.text", { path, span: duration(rule.within as Duration, words.lang) });
}

function anniversaryText(rule: Condition, words: Words): string {
  const days = Number(rule.offset_days ?? 0);
  const when = days === 0 ? "today" : days > 0 ? "ahead" : "past";
  return words.t(`anniversary.${when}`, { name: words.attribute(rule.key ?? ""), n: Math.abs(days) });
}

function reachableText(rule: Condition, words: Words): string {
  const channel = String(rule.channel ?? "");
  return words.t("reachable.text", {
    channel: words.t(`template:channels.${channel}`, { defaultValue: channel }),
  });
}

/** Conditions without words of their own: their name and what was filled in. */
function otherText(rule: Condition, words: Words): string {
  const info = words.info?.(rule.condition);
  if (!info) return words.condition(rule.condition);
  const text = genericText(rule, info, words, {
    value: (value, op) => valueText(value, op, words),
    compare: (subject, op, value) => compare(subject, op, value, words),
    window: (window) => windowText(window, words),
  });
  return [text, ...whereText(rule.where, words)].join(" · ");
}

export function conditionText(rule: Condition, words: Words): string {
  switch (rule.condition) {
    case "attribute":
      return compare(words.attribute(rule.key ?? ""), rule.op, rule.value, words);
    case "event":
      return eventText(rule, words);
    case "sequence":
      return sequenceText(rule, words);
    case "tag":
      return `${words.operator(rule.op ?? "has_any", false)} ${valueText(rule.value, rule.op, words)}`;
    case "anniversary":
      return anniversaryText(rule, words);
    case "reachable":
      return reachableText(rule, words);
    case "audience":
      return words.t("audience.text", { name: words.audience(String(rule.id ?? "")) });
    default:
      return otherText(rule, words);
  }
}

export function linesOf(
  rule: Rule,
  words: Words,
  depth = 0,
  path: Path = [],
  joiner: Joiner | null = null,
): Line[] {
  const core = coreOf(rule, path);
  const base = { depth, joiner, negated: core.negated, pointer: pointerOf(path) };
  if (isCondition(core.rule)) return [{ ...base, text: conditionText(core.rule, words), group: null }];
  const group = joinerOf(core.rule);
  if (!group) return [];
  const top = depth === 0 && !core.negated && joiner === null;
  const inner = childrenOf(core.rule).flatMap((child, index) =>
    linesOf(child, words, top ? depth : depth + 1, [...core.path, group, index], index ? group : null),
  );
  return top ? inner : [{ ...base, text: "", group }, ...inner];
}

/** One line of text for a card: the first sentences, joined; long rules end in "等 n 条". */
export function summaryOf(rule: Rule | null | undefined, words: Words, most = 2): string {
  if (!rule) return "";
  const lines = linesOf(rule, words).filter((line) => line.text);
  const texts = lines.slice(0, most).map((line, index) => {
    const text = line.negated ? words.t("notText", { text: line.text }) : line.text;
    return index && line.joiner ? `${words.t(line.joiner === "any" ? "or" : "and")} ${text}` : text;
  });
  const joined = texts.join(words.lang.startsWith("en") ? " " : "，");
  return lines.length > most ? words.t("andMore", { text: joined, n: lines.length }) : joined;
}
