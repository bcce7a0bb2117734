/** People who may use this tenant, with their roles. */
import { PlusOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { usePages, useSession } from "@/shared/api/queries";
import type { Member, Role } from "@/shared/api/types";
import { Empty, ListStates } from "@/shared/ui/List";
import { Panel } from "@/shared/ui/Page";
import { type Column, Table } from "@/shared/ui/Table";
import { useAct } from "@/shared/ui/useAct";
import styles from "./settings.module.css";

const ROLES: Role[] = ["owner", "manager", "marketer", "analyst", "approver"];
const STALE = [keys.resource("members")];

function RoleSelect({
  value,
  onChange,
  disabled,
}: {
  value: Role;
  onChange: (role: Role) => void;
  disabled?: boolean;
}) {
  const { t } = useTranslation("settings");
  return (
    <Select
      aria-label={t("role")}
      style={{ minWidth: 128 }}
      value={value}
      disabled={disabled}
      options={ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
      onChange={onChange}
    />
  );
}

function useColumns(): Column<Member>[] {
  const { t } = useTranslation("settings");
  const { modal } = App.useApp();
  const { act } = useAct();
  const me = useSession().data?.user?.username;
  const setRole = (member: Member, role: Role) =>
    void act(() => api.patch(`/members/${member.id}`, { role }), { stale: STALE, done: t("common:saved") });
  const remove = (member: Member) =>
    modal.confirm({
      title: t("member.removeTitle", { name: member.name || member.username }),
      okText: t("common:actions.remove"),
      okButtonProps: { danger: true },
      onOk: async () => {
        await act(() => api.delete(`/members/${member.id}`), { stale: STALE, done: t("common:deleted") });
      },
    });
  return [
    { key: "name", title: t("member.name"), main: true, render: (item) => item.name || item.username },
    { key: "username", title: t("member.username"), render: (item) => item.username },
    {
      key: "role",
      title: t("role"),
      render: (item) => (
        <RoleSelect
          value={item.role}
          disabled={item.username === me}
          onChange={(role) => setRole(item, role)}
        />
      ),
    },
    {
      key: "remove",
      title: "",
      align: "end",
      render: (item) =>
        item.username === me ? null : (
          <Button type="text" danger onClick={() => remove(item)}>
            {t("common:actions.remove")}
          </Button>
        ),
    },
  ];
}

function NewMember({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { act, busy } = useAct();
  const [member, setMember] = useState({ username: "", name: "", role: "marketer" as Role, password: "" });
  const set = (patch: Partial<typeof member>) => setMember((old) => ({ ...old, ...patch }));
  const add = async () => {
    const { password, ...rest } = member;
    const body = password ? { ...rest, password } : rest;
    const { data } = await act(() => api.post<Member>("/members", body), {
      stale: STALE,
      done: t("common:saved"),
    });
    if (data) onClose();
  };
  return (
    <Modal
      open
      title={t("member.add")}
      okText={t("common:actions.add")}
      confirmLoading={busy}
      okButtonProps={{ disabled: !member.username.trim() }}
      onOk={() => void add()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <label htmlFor="member-username">{t("member.username")}</label>
        <Input
          id="member-username"
          value={member.username}
          onChange={(event) => set({ username: event.target.value })}
        />
        <label htmlFor="member-name">{t("member.name")}</label>
        <Input id="member-name" value={member.name} onChange={(event) => set({ name: event.target.value })} />
        <label htmlFor="member-password">{t("member.password")}</label>
        <Input.Password
          id="member-password"
          autoComplete="new-password"
          value={member.password}
          onChange={(event) => set({ password: event.target.value })}
        />
        <RoleSelect value={member.role} onChange={(role) => set({ role })} />
      </div>
    </Modal>
  );
}

export function Members() {
  const { t } = useTranslation("settings");
  const [adding, setAdding] = useState(false);
  const pages = usePages<Member>("members", { page_size: 100 });
  const columns = useColumns();
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
      {t("member.add")}
    </Button>
  );
  return (
    <Panel title={t("parts.members")} extra={add}>
      <ListStates pages={pages} empty={<Empty title={t("member.empty")} />}>
        {(items) => (
          <Table columns={columns} items={items} rowKey={(item) => item.id} label={t("parts.members")} />
        )}
      </ListStates>
      {adding ? <NewMember onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}
