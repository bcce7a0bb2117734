/** The blocks of a mail, as the server keeps them: which there are, what each asks for, and moving them about. Pure. */
export interface Block {
  type: string;
  columns?: Block[][];
  [field: string]: unknown;
}

export type FieldKind = "words" | "line" | "url" | "align" | "level";

export const BLOCKS: Record<string, [string, FieldKind][]> = {
  heading: [
    ["text", "line"],
    ["level", "level"],
    ["align", "align"],
  ],
  text: [
    ["text", "words"],
    ["align", "align"],
  ],
  image: [
    ["src", "url"],
    ["alt", "line"],
    ["href", "url"],
  ],
  button: [
    ["text", "line"],
    ["href", "url"],
    ["align", "align"],
  ],
  divider: [],
  columns: [],
  coupon: [
    ["title", "line"],
    ["code", "line"],
    ["note", "words"],
    ["button", "line"],
    ["href", "url"],
  ],
  footer: [
    ["text", "words"],
    ["unsubscribe", "line"],
  ],
};

/** These stand alone: columns hold no columns, and a mail has one foot. */
const NOT_INSIDE = new Set(["columns", "footer"]);

export const SIMPLE = Object.keys(BLOCKS).filter((type) => !NOT_INSIDE.has(type));

const OPTIONAL = new Set(["href"]);

export function started(type: string, words: (key: string) => string): Block {
  if (type === "columns") return { type, columns: [[started("text", words)], [started("text", words)]] };
  if (type === "coupon") return { type, title: words("title"), code: "{{ reward.code }}" };
  if (type === "footer") return { type, text: "", unsubscribe: words("unsubscribe") };
  if (type === "heading" || type === "text") return { type, text: words(type) };
  if (type === "button") return { type, text: words("button"), href: "https://" };
  if (type === "image") return { type, src: "https://", alt: "" };
  return { type };
}

export function moved<T>(list: T[], from: number, by: number): T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  const [item] = next.splice(from, 1);
  next.splice(to, 0, item as T);
  return next;
}

/** A field that is emptied and may be left out goes. */
export function withField(block: Block, name: string, value: unknown): Block {
  if (value === "" && OPTIONAL.has(name)) {
    const { [name]: _gone, ...rest } = block;
    return { ...rest, type: block.type };
  }
  return { ...block, [name]: value };
}
