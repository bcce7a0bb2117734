/**
 * One line in plain words about a node, from the catalogue's summary template and the node's config.
 * Names of audiences, templates and packages are asked of the caller; nothing is fetched here.
 */
import type { Config, Lang, NodeType } from "./catalogue";
import { isRecord, readPointer } from "./pointer";

export interface Words {
  lang: Lang;
  /** The name behind an id chosen by a picker, or undefined while it is not known. */
  nameOf: (widget: string, id: string) => string | undefined;
  rule?: (rule: unknown) => string;
}

export interface Summary {
  text: string;
  /** Something that the sentence speaks of has not been chosen yet. */
  incomplete: boolean;
}

const GAP = { zh: "（待设置）", en: "(not set)" };
const PLACEHOLDER = /\{\{\s*([\w./]+)\s*\}\}/g;

export function summarise(entry: NodeType | undefined, config: Config, words: Words): Summary {
  const template = entry?.summary?.[words.lang] ?? "";
  const paths = [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
  if (!paths.length) return { text: template.trim(), incomplete: false };
  const said = new Map(paths.map((path) => [path, sayPath(entry, config, path, words)]));
  const anything = [...said.values()].some(Boolean);
  // A step often has two ways to be set (an audience or a rule); the template names one of them.
  const instead = anything ? "" : sayOther(entry, config, words) || GAP[words.lang];
  let first = true;
  const text = template.replace(PLACEHOLDER, (_, path: string) => {
    const word = anything ? said.get(path) : first ? instead : "";
    first = false;
    return word ?? "";
  });
  return { text: text.trim().replace(/ （/g, "（"), incomplete: instead === GAP[words.lang] };
}

function sayPath(entry: NodeType | undefined, config: Config, path: string, words: Words): string {
  return say(readPointer(config, `/${path.replaceAll(".", "/")}`), fieldSchema(entry, path), words);
}

function sayOther(entry: NodeType | undefined, config: Config, words: Words): string {
  for (const name of Object.keys(config)) {
    const word = sayPath(entry, config, name, words);
    if (word) return word;
  }
  return "";
}

interface Field {
  widget: string;
  options: Record<string, unknown>;
}

function fieldSchema(entry: NodeType | undefined, path: string): Field {
  const properties = isRecord(entry?.schema.properties) ? entry.schema.properties : {};
  const property = properties[path.split(/[./]/)[0] ?? ""];
  const hints = isRecord(property) && isRecord(property["x-ui"]) ? property["x-ui"] : {};
  return { widget: String(hints.widget ?? ""), options: optionLabels(hints.options) };
}

/** Options come as {value: labels} or as [{value, labels}]. */
function optionLabels(options: unknown): Record<string, unknown> {
  if (!Array.isArray(options)) return isRecord(options) ? options : {};
  return Object.fromEntries(options.filter(isRecord).map((option) => [String(option.value), option.labels]));
}

function say(value: unknown, field: Field, words: Words): string {
  if (value === undefined || value === null || value === "") return "";
  if (field.widget === "rule" && words.rule) return words.rule(value);
  if (Array.isArray(value)) return sayList(value, field, words);
  if (isRecord(value)) return sayObject(value, words);
  if (typeof value === "string") return sayText(value, field, words);
  return String(value);
}

function sayText(value: string, field: Field, words: Words): string {
  const option = field.options[value];
  if (isRecord(option) && typeof option[words.lang] === "string") return option[words.lang] as string;
  if (typeof option === "string") return option;
  if (field.widget.endsWith("-picker")) return words.nameOf(field.widget, value) ?? value;
  return value;
}

function sayList(items: unknown[], field: Field, words: Words): string {
  const separator = words.lang === "zh" ? "、" : ", ";
  const shown = items.map((item) => {
    if (!isRecord(item)) return say(item, field, words);
    if (item.by) return sayTouch(item, words);
    const name = String(item.label || String(item.key ?? "").toUpperCase());
    return typeof item.share === "number" ? `${name} ${item.share}%` : name;
  });
  const between = items.some((item) => isRecord(item) && item.by) ? " → " : separator;
  return shown.filter(Boolean).join(field.widget === "shares" ? " · " : between);
}

/** `{"by": "message", "template": "7"}` or `{"by": "staff"}` */
function sayTouch(item: Record<string, unknown>, words: Words): string {
  if (item.by === "staff") return words.lang === "zh" ? "专属顾问" : "their adviser";
  return words.nameOf("template-picker", String(item.template ?? "")) ?? GAP[words.lang];
}

function sayObject(value: Record<string, unknown>, words: Words): string {
  const duration = sayDuration(value, words.lang);
  if (duration) return duration;
  if (typeof value.zh === "string") return String(value[words.lang] ?? value.zh);
  if (typeof value.attribute === "string") return sayAnniversary(value, words);
  if (value.weekday) return sayWeekdays(value, words);
  return "";
}

/** `{"attribute": "expires_on", "offset_days": -3, "at": "09:00"}` */
function sayAnniversary(value: Record<string, unknown>, words: Words): string {
  const name = words.nameOf("attribute-picker", String(value.attribute)) ?? String(value.attribute);
  const offset = Number(value.offset_days ?? 0);
  const at = typeof value.at === "string" ? ` ${value.at}` : "";
  if (words.lang === "zh")
    return `${name}${offset ? `${offset < 0 ? "前" : "后"} ${Math.abs(offset)} 天` : "当天"}${at}`;
  return `${offset ? `${Math.abs(offset)} days ${offset < 0 ? "before" : "after"} ` : "on "}${name}${at}`;
}

const WEEKDAYS: Record<string, [string, string]> = {
  MO: ["周一", "Monday"],
  TU: ["周二", "Tuesday"],
  WE: ["周三", "Wednesday"],
  TH: ["周四", "Thursday"],
  FR: ["周五", "Friday"],
  SA: ["周六", "Saturday"],
  SU: ["周日", "Sunday"],
};

/** `{"weekday": ["MO", "TH"], "at": "09:00"}` */
function sayWeekdays(value: Record<string, unknown>, words: Words): string {
  const zh = words.lang === "zh";
  const days = [value.weekday].flat().map((day) => WEEKDAYS[String(day)]?.[zh ? 0 : 1] ?? String(day));
  return `${days.join(zh ? "、" : " or ")} ${typeof value.at === "string" ? value.at : "09:00"}`;
}

const UNITS: [string, string, string][] = [
  ["months", "个月", "month"],
  ["weeks", "周", "week"],
  ["days", "天", "day"],
  ["hours", "小时", "hour"],
  ["minutes", "分钟", "minute"],
  ["seconds", "秒", "second"],
];

export function sayDuration(value: Record<string, unknown>, lang: Lang): string {
  const parts = UNITS.flatMap(([unit, zh, en]) => {
    const amount = Number(value[unit] ?? 0);
    if (!amount) return [];
    return lang === "zh" ? `${amount} ${zh}` : `${amount} ${en}${amount === 1 ? "" : "s"}`;
  });
  return parts.join(" ");
}

/** What a card and an outline row call the node: the marketer's own name, else the type's. */
export function titleOf(
  entry: NodeType | undefined,
  node: { label?: string; type: string },
  lang: Lang,
): string {
  return node.label || entry?.labels[lang] || entry?.labels.zh || node.type;
}
