/** The words that tell one message or template from another at a glance, whatever its channel calls them. */
const FIRST = ["text", "subject", "title", "body", "content"];

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (!value || typeof value !== "object") return [];
  return Object.values(value).flatMap(leaves);
}

const isWords = (text: string) => text !== "" && !/^https?:/.test(text);

export function excerpt(content: Record<string, unknown> | null | undefined): string {
  const named = FIRST.map((key) => content?.[key]).find((text) => typeof text === "string" && text);
  if (typeof named === "string") return named;
  // Structured messages keep their words in `data`; ids and links beside it say nothing.
  const inner = leaves(content?.data).filter(isWords);
  return inner.length ? inner.join(" · ") : (leaves(content).find(isWords) ?? "");
}
