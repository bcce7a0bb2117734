/** Adding people to a static audience, taking them off it, or replacing all of them; pasted ids, phones or e-mails. */
import { App, Button, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Audience } from "@/shared/api/types";
import { count } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { useAct } from "@/shared/ui/useAct";
import styles from "./audience.module.css";
import { parseIds } from "./model/ids";
import { type Unknown, unknownNote } from "./unknownNote";

const OPS = ["add", "remove", "replace"] as const;

export function ChangePeople({ audience }: { audience: Audience }) {
  const { t, i18n } = useTranslation("audiences");
  const { modal, message } = App.useApp();
  const { act, busy } = useAct();
  const [op, setOp] = useState<(typeof OPS)[number]>("add");
  const [text, setText] = useState("");
  const ids = parseIds(text);
  const send = async () => {
    const body = { op, customers: ids, by: "guess" };
    const { data } = await act(
      () => api.post<Unknown & { added: number; removed: number }>(`/audiences/${audience.id}/people`, body),
      { stale: [keys.resource("audiences")] },
    );
    if (!data) return;
    setText("");
    void message.success(t("change.both", { joined: data.added, left: data.removed }));
    if (data.unknown?.length) void modal.warning(unknownNote(data, t));
  };
  const ask = () =>
    modal.confirm({
      title: t(`people.${op}`),
      content: t("people.sure", { n: count(audience.size, i18n.language), m: ids.length }),
      okButtonProps: { danger: true },
      onOk: send,
    });
  return (
    <Panel title={t("people.title")}>
      <Segmented
        aria-label={t("people.title")}
        value={op}
        options={OPS.map((value) => ({ value, label: t(`people.${value}`) }))}
        onChange={(value) => setOp(value)}
      />
      <Input.TextArea
        aria-label={t("static.title")}
        placeholder={t("static.text")}
        autoSize={{ minRows: 3, maxRows: 12 }}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.row}>
        <Button loading={busy} disabled={!ids.length} onClick={() => (op === "add" ? void send() : ask())}>
          {t(`people.${op}`)}
        </Button>
        <span className={styles.hint}>{t("static.count", { n: ids.length })}</span>
      </div>
    </Panel>
  );
}
