/** The kinds of reward: which fields each has, and how one reads in a few words. */
import { useTranslation } from "react-i18next";
import { money as shownMoney } from "@/shared/lib/format";
import type { RewardItem, RewardPackage } from "@/shared/api/types";

export interface ItemField {
  name: string;
  type: "text" | "money" | "integer" | "tag";
  required: boolean;
}

const text = (name: string, required = true): ItemField => ({ name, type: "text", required });
const money = (name: string): ItemField => ({ name, type: "money", required: true });

export const ITEM_FIELDS: Record<RewardItem["kind"], ItemField[]> = {
  coupon: [
    text("name"),
    { ...money("threshold"), required: false },
    { ...money("discount"), required: false },
    { name: "percent_off", type: "integer", required: false },
    { ...money("max_discount"), required: false },
  ],
  code: [text("name")],
  points: [{ name: "points", type: "integer", required: true }],
  balance: [money("amount")],
  level: [text("level")],
  tag: [{ name: "tag", type: "tag", required: true }],
  gift: [text("name"), text("sku")],
};

/** What every kind may have: the cost of one, for budgets and reports. */
export const COST: ItemField = { ...money("cost"), required: false };

export const ITEM_KINDS = Object.keys(ITEM_FIELDS) as RewardItem["kind"][];

export function newItem(kind: RewardItem["kind"]): RewardItem {
  return kind === "coupon" ? { kind, name: "", code: { length: 10 } } : { kind };
}

/** Members that a kind does not have are left out when the kind changes; the name is kept where both have one. */
export function withKind(item: RewardItem, kind: RewardItem["kind"]): RewardItem {
  const fresh = newItem(kind);
  const named = ITEM_FIELDS[kind].some((field) => field.name === "name") && item.name;
  return named ? { ...fresh, name: item.name } : fresh;
}

export function useItemText(): (item: RewardItem) => string {
  const { t } = useTranslation("rewards");
  return (item) => {
    const { threshold, discount, amount } = item;
    const amounts = {
      threshold: shownMoney(threshold ?? "0"),
      discount: shownMoney(discount),
      amount: shownMoney(amount),
    };
    const words = t(`itemText.${item.percent_off ? "percent" : item.kind}`, {
      ...item,
      ...amounts,
      defaultValue: item.kind,
    });
    return String(words).trim();
  };
}

/** Part of the stock that is still there, 0 to 1. */
export function stockShare(item: Pick<RewardPackage, "available" | "issued" | "stock">): number {
  const all = item.stock ?? (item.available ?? 0) + item.issued;
  if (!all) return 0;
  return Math.max(0, Math.min(1, (item.available ?? 0) / all));
}
