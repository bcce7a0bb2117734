/** The address for the provider's callbacks, and a message to try the account with. */
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import type { ChannelAccount } from "@/shared/api/types";
import { CopyField } from "@/shared/ui/CopyField";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./channel.module.css";

export function Connection({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const { message } = App.useApp();
  const { act, busy } = useAct();
  const [to, setTo] = useState("");
  const test = async () => {
    const { data } = await act(() =>
      api.post<{ ok: boolean; detail: string }>(`/channel-accounts/${account.id}/test`, { to: to.trim() }),
    );
    if (data)
      void (data.ok
        ? message.success(data.detail || t("test.ok"))
        : message.error(data.detail || t("test.failed"), 8));
  };
  return (
    <Panel title={t("connection")}>
      {account.callback_url ? (
        <CopyField label={t("callback")} value={account.callback_url} help={t("callbackHelp")} />
      ) : null}
      <div className={styles.test}>
        <Input
          aria-label={t("test.to")}
          placeholder={t("test.to")}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <Button loading={busy} onClick={() => void test()}>
          {t("test.button")}
        </Button>
      </div>
      <p className={styles.hint}>{t("asks")}</p>
    </Panel>
  );
}
