/** Customer ids out of a pasted column or list: any of newline, tab, comma (half or full width), semicolon apart; once each. */
export function parseIds(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];
}
