/** The blacklist: a blocked customer is messaged by nobody, marketing or service. */
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Customer } from "@/shared/api/types";
import { useAct } from "@/shared/ui/useAct";

export function BlockButton({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customers");
  const { modal } = App.useApp();
  const { act, busy } = useAct();
  const put = (blocked: boolean) =>
    act(() => api.patch<Customer>(`/customers/${customer.id}`, { blocked }), {
      stale: [keys.resource("customers")],
      done: t("common:saved"),
    });
  const ask = () =>
    modal.confirm({
      title: t("block.title"),
      content: t("block.text"),
      onOk: async () => void (await put(true)),
    });
  return (
    <Button loading={busy} onClick={() => (customer.blocked ? void put(false) : ask())}>
      {t(customer.blocked ? "block.lift" : "block.button")}
    </Button>
  );
}
