/** What an attribute allows, in words. */
import { useTranslation } from "react-i18next";
import type { Attribute } from "./model";

export function useLimits() {
  const { t } = useTranslation("attributes");
  return (item: Attribute): string => {
    const parts = [
      item.options?.length ? item.options.join("、") : "",
      item.min !== null && item.min !== undefined ? t("atLeast", { n: item.min }) : "",
      item.max !== null && item.max !== undefined ? t("atMost", { n: item.max }) : "",
      item.max_length ? t("characters", { n: item.max_length }) : "",
      item.pattern ?? "",
    ];
    return parts.filter(Boolean).join(" · ");
  };
}
