/**
 * The variables in a text with Liquid: where a chip stands for `{{ path }}` or `{{ path | default: "…" }}`. The text itself
 * is never rewritten, so whatever else somebody wrote in Liquid stays as it is.
 */
export interface Span {
  from: number;
  to: number;
  path: string;
  /** null: there is none. */
  fallback: string | null;
}

const OUTPUT =
  /\{\{-?\s*([A-Za-z_][\w-]*(?:\.[\p{L}_][\p{L}\p{N}_-]*)*)\s*(?:\|\s*default:\s*(?:"([^"{}]*)"|'([^'{}]*)')\s*)?-?\}\}/gu;

export function spansOf(text: string): Span[] {
  return [...text.matchAll(OUTPUT)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    path: found[1] ?? "",
    fallback: found[2] ?? found[3] ?? null,
  }));
}

/** What a default can't hold, since Liquid has no escapes: both quotes, and braces. */
function quoted(fallback: string): string {
  const plain = fallback.replace(/[{}]/g, "");
  return plain.includes('"') ? `'${plain.replace(/'/g, "’")}'` : `"${plain}"`;
}

export function written(path: string, fallback: string | null): string {
  return fallback ? `{{ ${path} | default: ${quoted(fallback)} }}` : `{{ ${path} }}`;
}
