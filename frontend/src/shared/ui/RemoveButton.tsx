/** Deleting one object after a question; the server refuses what is still used, and says by whom. */
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useAct } from "./useAct";

interface Props {
  resource: string;
  id: string;
  /** The question and what it means, in words. */
  title: string;
  text: string;
  /** The list to go back to. */
  back: string;
}

export function RemoveButton({ resource, id, title, text, back }: Props) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { act } = useAct();
  const navigate = useNavigate();
  const remove = async () => {
    const stale = [keys.lists(resource)];
    const { problem } = await act(() => api.delete(`/${resource}/${id}`), { stale, done: t("deleted") });
    if (!problem) void navigate({ to: back as never });
  };
  const ask = () =>
    modal.confirm({
      title,
      content: text,
      okText: t("actions.delete"),
      okButtonProps: { danger: true },
      onOk: remove,
    });
  return (
    <Button danger type="text" onClick={ask}>
      {t("actions.delete")}
    </Button>
  );
}
