/** Shapes of the catalogue of conditions, as the contract has them. Types only. */
import type { JsonSchema } from "@/shared/form/schema";
import type { Label } from "@/shared/i18n/setup";

export interface OperatorInfo {
  labels: Label;
  types: string[];
  value: "one" | "two" | "list" | "duration" | "none";
}

export interface ConditionInfo {
  key: string;
  dimension: "attribute" | "behaviour" | "group" | "tag";
  labels: Label;
  help?: Label;
  schema: JsonSchema;
  operators: string[];
}

export interface ConditionCatalogue {
  results: ConditionInfo[];
  operators: Record<string, OperatorInfo>;
  measures: Record<string, Label | { labels: Label }>;
}
