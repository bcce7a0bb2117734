/** Why an account sends nothing now, and the button by which it goes on. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { queryClient } from "@/shared/api/queries";
import type { ChannelAccount } from "@/shared/api/types";
import { dateTime } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import { isWaiting } from "./providers";
import styles from "./channel.module.css";

export function Stopped({ account, onResumed }: { account: ChannelAccount; onResumed: () => void }) {
  const { t, i18n } = useTranslation("channels");
  const { act, busy } = useAct();
  const waits = isWaiting(account);
  if (account.status === "active" && !waits) return null;
  const resume = async () => {
    const request = () => api.post<ChannelAccount>(`/channel-accounts/${account.id}/resume`, {});
    const stale = [keys.resource("channel-accounts")];
    const { data } = await act(request, { stale, done: t("stopped.resumed") });
    if (!data) return;
    queryClient.setQueryData(keys.one("channel-accounts", data.id), data);
    onResumed();
  };
  const title = waits
    ? t("stopped.waits", { until: dateTime(account.waits_until ?? "", i18n.language) })
    : t("stopped.paused");
  return (
    <Panel title={title}>
      <div role="status">
        {account.status_reason ? <p>{account.status_reason}</p> : null}
        {account.paused_at ? (
          <p className={styles.hint}>
            {t("stopped.since", { at: dateTime(account.paused_at, i18n.language) })}
          </p>
        ) : null}
      </div>
      <Button type="primary" loading={busy} onClick={() => void resume()}>
        {t("stopped.resume")}
      </Button>
    </Panel>
  );
}
