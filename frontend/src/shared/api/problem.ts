/** Problem details (RFC 9457) as values: every failed request becomes one of these, never an exception. */
export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  errors: FieldError[];
  /** Further members of the document, such as `problems` of an unpublishable canvas. */
  extra: Record<string, unknown>;
}

const KNOWN = new Set(["type", "title", "status", "detail", "code", "errors", "instance"]);

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: Record<string, unknown>) => ({
    pointer: text(item?.pointer),
    code: text(item?.code),
    detail: text(item?.detail),
  }));
}

export function toProblem(status: number, body: unknown): Problem {
  const doc = (body && typeof body === "object" ? body : {}) as Record<string, unknown>;
  const extra = Object.fromEntries(Object.entries(doc).filter(([key]) => !KNOWN.has(key)));
  return {
    status,
    code: text(doc.code) || `http_${status}`,
    title: text(doc.title),
    detail: text(doc.detail),
    errors: fieldErrors(doc.errors),
    extra,
  };
}

/** The request never got an answer: no network, server gone, or aborted by us. */
export function offlineProblem(): Problem {
  return { status: 0, code: "offline", title: "", detail: "", errors: [], extra: {} };
}

/** Errors whose pointer is at or below a place, with the place cut off. */
export function problemsAt(errors: FieldError[], place: string): FieldError[] {
  return errors
    .filter((error) => error.pointer === place || error.pointer.startsWith(`${place}/`))
    .map((error) => ({ ...error, pointer: error.pointer.slice(place.length) }));
}
