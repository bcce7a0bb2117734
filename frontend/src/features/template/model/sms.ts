/**
 * Length and billed parts of an SMS as Chinese gateways count it: every character is one, 70 fit into a single
 * message, and each part of a longer one holds 67.
 */
export function smsLength(text: string): { characters: number; parts: number } {
  const characters = [...text].length;
  if (characters === 0) return { characters, parts: 0 };
  return { characters, parts: characters <= 70 ? 1 : Math.ceil(characters / 67) };
}
