/** Closing a task, with the way back in the notice that says so. */
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { StaffTask } from "@/shared/api/types";
import { useAct } from "@/shared/ui/useAct";

const NOTICE_SECONDS = 8;

export function useClosing() {
  const { t } = useTranslation("tasks");
  const { message } = App.useApp();
  const { act, busy } = useAct();
  const post = (task: StaffTask, act_: string) =>
    act(() => api.post<StaffTask>(`/staff-tasks/${task.id}/${act_}`, {}), {
      stale: [keys.resource("staff-tasks")],
    });
  const reopen = (task: StaffTask) => post(task, "reopen");

  async function close(task: StaffTask, how: "done" | "dismiss") {
    const result = await post(task, how);
    if (result.problem) return;
    const undo = () => {
      message.destroy(task.id);
      void reopen(task);
    };
    const content = (
      <>
        {t(`closed.${how}`, { title: task.title })}
        <Button type="link" size="small" onClick={undo}>
          {t("undo")}
        </Button>
      </>
    );
    void message.open({ key: task.id, type: "success", duration: NOTICE_SECONDS, content });
  }

  return { close, reopen, busy };
}
