/** The words that tell one message or template from another at a glance, whatever its channel calls them. */
const FIRST = ["text", "subject", "title", "body", "content"];

function firstString(value: unknown): string {
  if (typeof value === "string") return value;
  if (!value || typeof value !== "object") return "";
  return Object.values(value).map(firstString).find(Boolean) ?? "";
}

export function excerpt(content: Record<string, unknown> | null | undefined): string {
  const named = FIRST.map((key) => content?.[key]).find((text) => typeof text === "string" && text);
  return (named as string | undefined) ?? firstString(content);
}
