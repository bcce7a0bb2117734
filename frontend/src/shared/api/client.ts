/**
 * The only place that talks HTTP: same-origin /api/v1 with the session cookie, CSRF and the language shown.
 * Errors come back as values ({ data } or { problem }); it must not show anything or throw for a failed request.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { currentLang } from "@/shared/i18n/setup";
import { offlineProblem, type Problem, toProblem } from "./problem";

export const API = "/api/v1";

export interface Result<T> {
  data?: T;
  problem?: Problem;
  response?: Response;
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean;
}

export type Method = "get" | "post" | "put" | "patch" | "delete";

export function csrfToken(cookies: string = document.cookie): string {
  const found = /(?:^|;\s*)csrftoken=([^;]+)/.exec(cookies);
  return found ? decodeURIComponent(found[1] ?? "") : "";
}

const session: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", currentLang());
    if (request.method !== "GET") request.headers.set("X-CSRFToken", csrfToken());
    return request;
  },
};

let onSignedOut: () => void = () => undefined;
/** The shell sends people to the log-in page when their session has ended. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

// Paths are open here: the generated schema types them where it is used (`schema.d.ts`), see types.ts for the rest.
type Open = Record<string, Record<Method, { parameters: object; responses: Record<number, unknown> }>>;
const client = createClient<Open>({
  baseUrl: API,
  credentials: "same-origin",
  fetch: (request: Request) => globalThis.fetch(request),
});
client.use(session);

type Raw = (path: string, init: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
const raw: Record<Method, Raw> = {
  get: client.GET as unknown as Raw,
  post: client.POST as unknown as Raw,
  put: client.PUT as unknown as Raw,
  patch: client.PATCH as unknown as Raw,
  delete: client.DELETE as unknown as Raw,
};

function compact(query: CallOptions["query"]): Record<string, unknown> {
  const entries = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

function settle<T>(path: string, answer: { data?: unknown; error?: unknown; response: Response }): Result<T> {
  const { response } = answer;
  if (response.ok) return { data: answer.data as T, response };
  // A wrong password is a 401 too, but the person is at the log-in page already.
  if (response.status === 401 && path !== "/session") onSignedOut();
  return { problem: toProblem(response.status, answer.error), response };
}

/** One request. `path` is below /api/v1, e.g. "/canvases"; FormData bodies are sent as multipart. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<Result<T>> {
  const { query, body, headers, signal, keepalive } = options;
  const form = body instanceof FormData;
  const init = {
    params: { query: compact(query) },
    body,
    headers,
    signal,
    keepalive,
    ...(form ? { bodySerializer: (data: unknown) => data } : {}),
  };
  try {
    return settle<T>(path, await raw[method](path, init));
  } catch (error) {
    // A body that is no JSON (a proxy's error page) must not look like being offline.
    if (error instanceof SyntaxError) return { problem: toProblem(502, null) };
    return { problem: offlineProblem() };
  }
}

export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>("get", path, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) =>
    call<T>("post", path, { ...options, body }),
  put: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>("put", path, { ...options, body }),
  patch: <T>(path: string, body?: unknown, options?: CallOptions) =>
    call<T>("patch", path, { ...options, body }),
  delete: <T>(path: string, options?: CallOptions) => call<T>("delete", path, options),
};

/** For react-query, which wants a rejection: the rejected value is a ProblemError. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title || problem.code);
  }
}

export async function fetched<T>(result: Promise<Result<T>>): Promise<T> {
  const { data, problem } = await result;
  if (problem) throw new ProblemError(problem);
  return data as T;
}
