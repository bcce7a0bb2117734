/** API keys: made once, shown once, with a call to copy; afterwards only their beginning is known. */
import { PlusOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { usePages } from "@/shared/api/queries";
import type { ApiKey } from "@/shared/api/types";
import { dateTime, relative } from "@/shared/lib/format";
import { CopyField } from "@/shared/ui/CopyField";
import { Empty, ListStates } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { Chip, Status } from "@/shared/ui/Status";
import { type Column, Table } from "@/shared/ui/Table";
import { useAct } from "@/shared/ui/useAct";
import styles from "./settings.module.css";

const STALE = [keys.resource("api-keys")];

export function curlFor(key: string, origin: string): string {
  return [
    `curl -H "Authorization: Bearer ${key}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"customers":[{"external_id":"c-1001","identities":{"phone":"13800138000"}}]}' \\`,
    `  ${origin}/api/v1/customers/bulk`,
  ].join("\n");
}

function useColumns(): Column<ApiKey>[] {
  const { t, i18n } = useTranslation("settings");
  const { modal } = App.useApp();
  const { act } = useAct();
  const revoke = (item: ApiKey) =>
    modal.confirm({
      title: t("key.revokeTitle", { name: item.name }),
      content: t("key.revokeText"),
      okText: t("key.revoke"),
      okButtonProps: { danger: true },
      onOk: async () => {
        await act(() => api.delete(`/api-keys/${item.id}`), { stale: STALE, done: t("key.revoked") });
      },
    });
  return [
    { key: "name", title: t("key.name"), main: true, render: (item) => item.name },
    { key: "prefix", title: t("key.prefix"), render: (item) => <code>{item.prefix}…</code> },
    {
      key: "scopes",
      title: t("key.scopes"),
      render: (item) => item.scopes?.slice(0, 6).map((scope) => <Chip key={scope}>{scope}</Chip>),
    },
    {
      key: "used",
      title: t("key.lastUsed"),
      render: (item) => (item.last_used_at ? relative(item.last_used_at, i18n.language) : t("common:never")),
    },
    { key: "created", title: t("key.created"), render: (item) => dateTime(item.created_at, i18n.language) },
    {
      key: "revoke",
      title: "",
      align: "end",
      render: (item) =>
        item.revoked_at ? (
          <Status tone="quiet">{t("key.revoked")}</Status>
        ) : (
          <Button type="text" danger onClick={() => revoke(item)}>
            {t("key.revoke")}
          </Button>
        ),
    },
  ];
}

function NewKey({ known, onClose }: { known: string[]; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { act, busy } = useAct();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [made, setMade] = useState<ApiKey | null>(null);
  const create = async () => {
    const body = scopes.length ? { name: name.trim(), scopes } : { name: name.trim() };
    const { data } = await act(() => api.post<ApiKey>("/api-keys", body), { stale: STALE });
    if (data) setMade(data);
  };
  if (made?.key) {
    return (
      <Modal
        open
        title={t("key.madeTitle")}
        footer={<Button onClick={onClose}>{t("common:actions.close")}</Button>}
        onCancel={onClose}
        width={680}
      >
        <div className={styles.form}>
          <p className={styles.once}>{t("key.once")}</p>
          <CopyField label={t("key.key")} value={made.key} />
          <CopyField multiline label={t("key.curl")} value={curlFor(made.key, window.location.origin)} />
        </div>
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={t("key.add")}
      okText={t("common:actions.create")}
      confirmLoading={busy}
      okButtonProps={{ disabled: !name.trim() }}
      onOk={() => void create()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <label htmlFor="key-name">{t("key.name")}</label>
        <Input
          id="key-name"
          placeholder={t("key.namePlaceholder")}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <label htmlFor="key-scopes">{t("key.scopes")}</label>
        <Select
          id="key-scopes"
          mode="tags"
          placeholder={t("key.allScopes")}
          value={scopes}
          options={known.map((scope) => ({ value: scope, label: scope }))}
          onChange={setScopes}
        />
      </div>
    </Modal>
  );
}

export function ApiKeys() {
  const { t } = useTranslation("settings");
  const [adding, setAdding] = useState(false);
  const pages = usePages<ApiKey>("api-keys", { page_size: 100 });
  const columns = useColumns();
  const known = [...new Set((pages.items ?? []).flatMap((item) => item.scopes ?? []))].sort();
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
      {t("key.add")}
    </Button>
  );
  return (
    <Panel title={t("parts.keys")} extra={add}>
      <p className={styles.hint}>
        {t("key.text")}{" "}
        <a href="/api/docs/" target="_blank" rel="noreferrer">
          {t("key.docs")}
        </a>
      </p>
      <ListStates pages={pages} empty={<Empty title={t("key.empty")} />}>
        {(items) => (
          <Table columns={columns} items={items} rowKey={(item) => item.id} label={t("parts.keys")} />
        )}
      </ListStates>
      {adding ? <NewKey known={known} onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}
