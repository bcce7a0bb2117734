/** Rules to begin with. */
import type { Rule } from "@/shared/rule/types";
import type { Layer } from "./api";

const event = (name: string, days: number, value = 1) =>
  ({
    condition: "event",
    event: name,
    measure: "count",
    op: "gte",
    value,
    window: { last: { days } },
  }) as Rule;

export const TEMPLATES: { key: string; layer: Layer; rule: Rule }[] = [
  { key: "valuable", layer: "value", rule: event("order.paid", 90, 5) },
  {
    key: "dormant",
    layer: "behaviour",
    rule: {
      not: { any: [event("page.viewed", 30), event("product.viewed", 30), event("order.paid", 30)] },
    } as Rule,
  },
  { key: "leaving", layer: "value", rule: { condition: "alive", op: "lt", value: 0.3 } as Rule },
];
