/** Waiting for a long action: asks for its job until it has ended or the caller gives up. */
import { api, type Result } from "./client";
import type { Job } from "./types";

const PAUSE = 800;

export async function waitForJob(first: Result<Job>, signal?: AbortSignal): Promise<Result<Job>> {
  let result = first;
  while (result.data && (result.data.status === "queued" || result.data.status === "running")) {
    await new Promise((done) => setTimeout(done, PAUSE));
    if (signal?.aborted) return result;
    result = await api.get<Job>(`/jobs/${result.data.id}`, { signal });
  }
  return result;
}
