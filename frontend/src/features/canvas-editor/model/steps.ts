/** Settings that name another step ("of which message?"): the steps before this one that have what is asked for. */
import type { JsonSchema } from "@/shared/form/schema";
import type { Catalogue, Lang } from "./catalogue";
import type { CanvasDocument } from "./document";
import { titleOf } from "./summary";
import { upstream } from "./topology";

const PICKER = "step-picker";

/** The schema with each step picker as a choice of those steps. */
export function withSteps(
  schema: JsonSchema,
  document: CanvasDocument,
  catalogue: Catalogue,
  id: string,
  lang: Lang,
): JsonSchema {
  const entries = Object.entries(schema.properties ?? {});
  if (!entries.some(([, property]) => property["x-ui"]?.widget === PICKER)) return schema;
  const before = [...upstream(document, [id])].flatMap((other) => {
    const node = document.nodes[other];
    const entry = node && catalogue.byType.get(node.type);
    return node && other !== id && entry?.outcomes?.length
      ? [{ id: other, title: titleOf(entry, node, lang) }]
      : [];
  });
  const options = Object.fromEntries(before.map((step) => [step.id, { zh: step.title, en: step.title }]));
  const properties = entries.map(([name, property]): [string, JsonSchema] => {
    const ui = property["x-ui"];
    if (ui?.widget !== PICKER) return [name, property];
    return [name, { ...property, enum: Object.keys(options), "x-ui": { ...ui, widget: "select", options } }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}
