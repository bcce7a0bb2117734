/** Why a message was held back or failed, in words: "capped", or "recipient:no_such_number" by its first part. */
import type { TFunction } from "i18next";

export function reasonWords(t: TFunction<never>, reason: string): string {
  const say = t as unknown as (key: string, options: object) => string;
  const [group = reason, detail] = reason.split(":");
  if (detail === undefined) return say(`messages:reasons.${reason}`, { defaultValue: reason });
  const words = say(`messages:failures.${group}`, { defaultValue: group });
  return group === "receipt" ? words : `${words} (${detail})`;
}
