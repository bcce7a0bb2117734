/** Numbers, times and durations the way people of each language read them. Pure; never formats money with floats. */
import type { Duration } from "@/shared/api/types";
import { tenantZone } from "./zone";

const zh = (lang: string) => !lang.startsWith("en");
const locale = (lang: string) => (zh(lang) ? "zh-CN" : "en");

export function count(value: number | null | undefined, lang: string): string {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(locale(lang)).format(value);
}

/** 218000 → 21.8万 / 218K. */
export function compact(value: number | null | undefined, lang: string): string {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(locale(lang), { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

export function dateTime(
  value: string | null | undefined,
  lang: string,
  timeZone: string | undefined = tenantZone(),
): string {
  if (!value) return "–";
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  };
  return new Intl.DateTimeFormat(locale(lang), { ...options, timeZone }).format(new Date(value));
}

export function dateOnly(value: string | null | undefined, lang: string): string {
  if (!value) return "–";
  const day = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: tenantZone() } as const;
  return new Intl.DateTimeFormat(locale(lang), day).format(new Date(value));
}

export function clock(value: string, lang: string): string {
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false } as const;
  return new Intl.DateTimeFormat(locale(lang), { ...time, timeZone: tenantZone() }).format(new Date(value));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "5 分钟前", "in 2 days"; beyond a month the date itself. */
export function relative(value: string | null | undefined, lang: string, now: number = Date.now()): string {
  if (!value) return "–";
  const seconds = (new Date(value).getTime() - now) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) return dateOnly(value, lang);
  const words = new Intl.RelativeTimeFormat(locale(lang), { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return zh(lang) ? "刚刚" : "just now";
}

export const DURATION_UNITS = ["minutes", "hours", "days", "weeks", "months"] as const;
const ZH_UNITS: Record<string, string> = {
  seconds: "秒",
  minutes: "分钟",
  hours: "小时",
  days: "天",
  weeks: "周",
  months: "个月",
};

export function unitLabel(unit: string, lang: string): string {
  return zh(lang) ? (ZH_UNITS[unit] ?? unit) : unit;
}

export function duration(value: Duration | null | undefined, lang: string): string {
  const parts = Object.entries(value ?? {}).filter(([, amount]) => amount !== undefined && amount !== null);
  return parts.map(([unit, amount]) => durationPart(unit, Number(amount), lang)).join(" ");
}

function durationPart(unit: string, amount: number, lang: string): string {
  if (zh(lang)) return `${amount} ${ZH_UNITS[unit] ?? unit}`;
  return `${amount} ${amount === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** Decimal strings stay strings: "200.00" → "200", "9.90" → "9.90". */
export function money(value: unknown): string {
  return String(value ?? "").replace(/\.0+$/, "");
}

export function percent(value: number, lang: string): string {
  return new Intl.NumberFormat(locale(lang), { style: "percent", maximumFractionDigits: 1 }).format(value);
}
