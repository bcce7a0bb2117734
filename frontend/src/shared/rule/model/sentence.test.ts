import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { showLang, startI18n } from "@/shared/i18n/setup";
import { makeWords, type RuleCatalogue } from "../catalogue";
import type { Rule } from "../types";
import { linesOf, summaryOf } from "./sentence";

const catalogue: RuleCatalogue = {
  conditions: {
    results: [
      {
        key: "lifecycle",
        dimension: "group",
        labels: { zh: "生命周期", en: "Life cycle" },
        schema: {},
        operators: ["in"],
      },
    ],
    operators: {},
    measures: {},
  },
  attributes: [
    {
      key: "city",
      type: "string",
      label: { zh: "城市", en: "City" },
      sensitive: false,
      options: null,
      created_at: "",
    },
  ],
  events: [
    {
      name: "order.paid",
      label: { zh: "已支付订单", en: "Order paid" },
      properties: { amount: "number" },
      last_seen_at: null,
      count: 1,
    },
  ],
  audiences: [],
  ready: true,
  failed: false,
};

const words = (lang: string) =>
  makeWords(catalogue, lang, (key, params) => String(i18next.getFixedT(null, "rule")(key, params ?? {})));

const paid: Rule = {
  condition: "event",
  event: "order.paid",
  measure: "count",
  op: "gte",
  value: 2,
  window: { last: { days: 90 } },
  where: [{ property: "amount", op: "gt", value: 100 }],
};

describe("rules as sentences", () => {
  beforeAll(() => startI18n());

  const zh = (rule: Rule) => summaryOf(rule, words("zh-CN"), 9);

  it("reads an event as marketers say it", () => {
    expect(zh(paid)).toBe("最近 90 天 · 已支付订单 ≥ 2 次 · 且 金额 > 100");
    expect(zh({ ...paid, value: 1, where: undefined })).toBe("最近 90 天 · 做过 已支付订单");
  });

  it("reads sums, attributes and catalogue conditions", () => {
    const sum: Rule = {
      condition: "event",
      event: "order.paid",
      measure: "sum",
      property: "amount",
      op: "gt",
      value: 5000,
    };
    expect(zh(sum)).toBe("已支付订单 的 金额 合计 > 5000");
    expect(zh({ condition: "attribute", key: "city", op: "in", value: ["上海", "杭州"] })).toBe(
      "城市 属于 上海、杭州",
    );
    expect(zh({ condition: "lifecycle", op: "in", value: ["churned"] })).toBe("生命周期 属于 churned");
  });

  it("reads anniversaries and channels", () => {
    expect(zh({ condition: "anniversary", key: "city", offset_days: 3 })).toBe("3 天后是城市");
    expect(zh({ condition: "anniversary", key: "city" })).toBe("今天是城市");
    expect(zh({ condition: "reachable", channel: "sms" })).toBe("能用短信触达");
  });

  it("joins, turns round and sets groups in", () => {
    const city: Rule = { condition: "attribute", key: "city", op: "eq", value: "上海" };
    const lines = linesOf({ all: [city, { not: { any: [paid, city] } }] }, words("zh-CN"));
    expect(lines.map((line) => [line.depth, line.joiner, line.negated, line.group])).toEqual([
      [0, null, false, null],
      [0, "all", true, "any"],
      [1, null, false, null],
      [1, "any", false, null],
    ]);
    expect(lines[2]?.pointer).toBe("/all/1/not/any/0");
    expect(summaryOf({ all: [city, city, city] }, words("zh-CN"))).toBe(
      "城市 是 上海，且 城市 是 上海 等 3 条",
    );
  });

  it("speaks English too", async () => {
    await showLang("en");
    expect(summaryOf(paid, words("en"), 9)).toBe("last 90 days · Order paid ≥ 2 times · and amount > 100");
    await showLang("zh-CN");
  });
});
