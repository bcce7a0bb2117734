/** What every widget gets. A widget edits one value and knows nothing of the form around it but `siblings`. */
import type { Field, Values } from "./fields";
import type { JsonSchema, PlacedProblem } from "./schema";

export interface WidgetProps {
  id: string;
  value: unknown;
  onChange: (next: unknown) => void;
  field: Field;
  /** The object that the field belongs to: event properties depend on the event chosen beside them. */
  siblings: Values;
  root: JsonSchema;
  problems: PlacedProblem[];
  lang: string;
  disabled?: boolean;
}
