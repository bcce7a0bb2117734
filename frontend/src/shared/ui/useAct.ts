/** Doing something on the server from a button: success says so, failure says why; the result tells the caller. */
import { App } from "antd";
import { useState } from "react";
import type { Result } from "@/shared/api/client";
import type { Problem } from "@/shared/api/problem";
import { queryClient } from "@/shared/api/queries";
import { useProblemText } from "./Problem";

interface Options {
  done?: string;
  stale?: readonly (readonly unknown[])[];
  /** Returns true when it has shown the problem itself (at a field, say). */
  onProblem?: (problem: Problem) => boolean;
}

export function useAct() {
  const { message } = App.useApp();
  const say = useProblemText();
  const [busy, setBusy] = useState(false);

  async function act<T>(request: () => Promise<Result<T>>, options: Options = {}): Promise<Result<T>> {
    setBusy(true);
    const result = await request();
    setBusy(false);
    if (result.problem) {
      if (!options.onProblem?.(result.problem)) void message.error(say(result.problem), 6);
      return result;
    }
    for (const key of options.stale ?? []) void queryClient.invalidateQueries({ queryKey: key });
    if (options.done) void message.success(options.done);
    return result;
  }

  return { act, busy };
}
