/** Typing pinyin produces key events too: handlers must not take them for shortcuts or for "submit". */
export function composing(event: {
  nativeEvent?: unknown;
  isComposing?: boolean;
  keyCode?: number;
}): boolean {
  const inner = (event.nativeEvent ?? event) as { isComposing?: boolean; keyCode?: number };
  return inner.isComposing === true || inner.keyCode === 229;
}
