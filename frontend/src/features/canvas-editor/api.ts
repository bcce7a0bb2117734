/** The editor's requests: one function each, answers as values. Shows nothing and keeps no state. */
import { api, type Result } from "@/shared/api/client";
import type { Page, Customer } from "@/shared/api/types";
import type { CatalogueAnswer } from "./model/catalogue";
import type { Estimate, RunFigures } from "./model/figures";
import type { CanvasProblem } from "./model/problems";
import type { Trial, TrialQuestion } from "./model/trial";
import type { WireCanvas, WirePatch } from "./model/wire";
import type { SaveAnswer } from "./save/autosave";

export interface CanvasVersion {
  number: number;
  name: string | null;
  published_at: string;
  published_by: string | { name?: string; username?: string } | null;
  definition: Partial<WireCanvas> & Pick<WireCanvas, "graph">;
}

export interface CanvasTemplateEntry {
  key: string;
  labels: { zh: string; en: string };
  description: { zh: string; en: string };
  kind: "scheduled" | "triggered";
}

type ComparedNode = { id: string; type: string; label: string; fields?: string[] };

/** What the draft has more, less and otherwise than a version. */
export interface Compared {
  nodes: { added: ComparedNode[]; removed: ComparedNode[]; changed: ComparedNode[] };
  edges: { added: unknown[]; removed: unknown[] };
  settings: string[];
}

/** Who stands where in the canvas's runs, and for how many the time came while it was paused. */
export interface Inside {
  people: number;
  overdue: number;
  nodes: { node: string; label: string; type: string; people: number }[];
}

export type Overdue = "run" | "skip" | { spread_minutes: number };

export interface PublishBody {
  name?: string;
  in_flight?: "finish" | "move";
  redirects?: Record<string, string | null>;
}

/** What became of the people inside when a version was published. */
export interface BecameOf {
  rule: "finish" | "move";
  people: number;
  moved: number;
  left: number;
  staying: number;
}

export type Sample = { count: number } | { percent: number };

const at = (id: string, part = "") => `/canvases/${id}${part}`;

export const readCanvas = (id: string) => api.get<WireCanvas>(at(id));
export const readNodeTypes = () => api.get<CatalogueAnswer>("/node-types");
export const createCanvas = (body: Partial<WireCanvas> & { template?: string }) =>
  api.post<WireCanvas>("/canvases", body);
export const deleteCanvas = (id: string) => api.delete<void>(at(id));

export async function saveCanvas(
  id: string,
  patch: WirePatch,
  revision: number,
  keepalive: boolean,
): Promise<SaveAnswer> {
  const headers = { "If-Match": `"${revision}"` };
  const result = await api.patch<WireCanvas>(at(id), patch, { headers, keepalive });
  return readSaveAnswer(result);
}

export function readSaveAnswer({ data, problem }: Result<WireCanvas>): SaveAnswer {
  if (data) return { kind: "saved", revision: data.revision };
  if (problem?.status === 412) return { kind: "stale" };
  if (!problem || problem.status === 0 || problem.status >= 500 || problem.status === 429)
    return { kind: "offline" };
  const places = problem.errors.map((error) => `${error.detail} (${error.pointer})`).join("；");
  return { kind: "invalid", detail: [problem.detail, places].filter(Boolean).join("：") };
}

export const checkCanvas = (id: string) => api.post<{ problems: CanvasProblem[] }>(at(id, "/check"), {});
export const estimateCanvas = (id: string) => api.post<Estimate>(at(id, "/estimate"), {});
export const simulateCanvas = (id: string, body: TrialQuestion) => api.post<Trial>(at(id, "/simulate"), body);
export const publishCanvas = (id: string, body: PublishBody) =>
  api.post<WireCanvas & { in_flight?: BecameOf }>(at(id, "/publish"), body);
export const runNow = (id: string, sample: Sample | null) =>
  api.post<RunFigures>(at(id, "/run-now"), sample ? { sample } : {});
export const changeState = (id: string, step: "pause" | "end") =>
  api.post<WireCanvas>(at(id, `/${step}`), {});
export const resumeCanvas = (id: string, overdue: Overdue) =>
  api.post<WireCanvas>(at(id, "/resume"), { overdue });
export const readInside = (id: string) => api.get<Inside>(at(id, "/inside"));
export const readOccurrences = (id: string) =>
  api.get<Page<string>>(at(id, "/occurrences"), { query: { limit: 5 } });
export const readVersions = (id: string) => api.get<Page<CanvasVersion>>(at(id, "/versions"));
export const compareVersion = (id: string, number: number) =>
  api.get<Compared>(at(id, `/versions/${number}/compare`));
export const restoreVersion = (id: string, number: number) =>
  api.post<WireCanvas>(at(id, `/versions/${number}/restore`), {});
export const readRun = (id: string) => api.get<RunFigures>(`/runs/${id}`);
export const steerRun = (id: string, step: "release" | "stop" | "retry") =>
  api.post<RunFigures>(`/runs/${id}/${step}`, {});
export const readRuns = (canvas: string) => api.get<Page<RunFigures>>("/runs", { query: { canvas } });
export const readRunPeople = (run: string, node: string, port?: string) =>
  api.get<Page<Customer>>(`/runs/${run}/nodes/${node}/customers`, { query: { port, page_size: 50 } });
export const saveRunPeople = (run: string, node: string, name: string, port?: string) =>
  api.post<{ id: string }>(`/runs/${run}/nodes/${node}/save-audience`, port ? { name, port } : { name });
export const readTemplates = () => api.get<Page<CanvasTemplateEntry>>("/canvas-templates");
