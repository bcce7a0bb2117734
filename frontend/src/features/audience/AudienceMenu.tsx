/** Deleting an audience; the server refuses while a canvas uses it, and says which. */
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Audience } from "@/shared/api/types";
import { useAct } from "@/shared/ui/useAct";

export function AudienceMenu({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const { modal } = App.useApp();
  const { act } = useAct();
  const navigate = useNavigate();
  const remove = () =>
    modal.confirm({
      title: t("delete.title", { name: audience.name }),
      content: t("delete.text"),
      okText: t("common:actions.delete"),
      okButtonProps: { danger: true },
      onOk: async () => {
        const stale = [keys.lists("audiences")];
        const { problem } = await act(() => api.delete(`/audiences/${audience.id}`), {
          stale,
          done: t("common:deleted"),
        });
        if (!problem) void navigate({ to: "/audiences" as never });
      },
    });
  return (
    <Button danger type="text" onClick={remove}>
      {t("common:actions.delete")}
    </Button>
  );
}
