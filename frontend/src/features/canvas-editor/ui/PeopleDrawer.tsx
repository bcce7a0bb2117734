/** Who went through a step or a connection of the run, and saving them as an audience. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Drawer, Empty, Input, Space, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Customer } from "@/shared/api/types";
import { readRunPeople, saveRunPeople } from "../api";
import { titleOf } from "../model/summary";
import { useEditor, useShown, useSurroundings } from "../store/editor";
import styles from "./people.module.css";
import { useServices } from "./services";

interface Place {
  node: string;
  port?: string;
}

export function PeopleDrawer({ place }: { place: Place }) {
  const { t } = useTranslation("editor");
  const editor = useEditor();
  const { lang } = useSurroundings();
  const { runId } = useServices();
  const node = useShown((document) => document.nodes[place.node]);
  const people = useQuery({
    queryKey: keys.part("runs", runId ?? "", "people", place),
    queryFn: () => fetched(readRunPeople(runId ?? "", place.node, place.port)),
    enabled: !!runId,
    gcTime: 0,
  });
  const name = node ? titleOf(editor.catalogue.byType.get(node.type), node, lang) : "";
  const rows = people.data?.results ?? [];
  return (
    <Drawer
      open
      size={420}
      title={t("people.title", { name })}
      onClose={() => editor.view.setState({ people: null })}
    >
      <SaveAs place={place} usual={name} disabled={!rows.length} />
      {people.isPending ? <Spin /> : null}
      {people.isError ? <Empty description={t("page.failed")} /> : null}
      {people.isSuccess && !rows.length ? <Empty description={t("people.none")} /> : null}
      <ul className={styles.people}>
        {rows.map((customer) => (
          <Person key={customer.id} customer={customer} />
        ))}
      </ul>
      {people.data?.next ? <p className={styles.more}>{t("people.first", { count: rows.length })}</p> : null}
    </Drawer>
  );
}

function Person({ customer }: { customer: Customer }) {
  const name = customer.attributes?.name;
  const contact = Object.values(customer.identities ?? {})[0];
  return (
    <li>
      <Link to={"/customers/$id" as string} params={{ id: customer.id } as never}>
        {typeof name === "string" && name ? name : (customer.external_id ?? customer.id)}
      </Link>
      <span>{contact}</span>
    </li>
  );
}

function SaveAs({ place, usual, disabled }: { place: Place; usual: string; disabled: boolean }) {
  const { t } = useTranslation("editor");
  const { message } = App.useApp();
  const client = useQueryClient();
  const { runId, canvas } = useServices();
  const [name, setName] = useState(`${canvas.name} · ${usual}`);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!runId || !name.trim()) return;
    setBusy(true);
    const { problem } = await saveRunPeople(runId, place.node, name.trim(), place.port);
    setBusy(false);
    if (problem) return void message.error(problem.detail || t("page.failed"));
    void client.invalidateQueries({ queryKey: keys.resource("audiences") });
    void message.success(t("people.saved", { name: name.trim() }));
  };
  return (
    <Space.Compact block>
      <Input
        value={name}
        aria-label={t("people.name")}
        maxLength={80}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="primary" loading={busy} disabled={disabled} onClick={() => void save()}>
        {t("people.save")}
      </Button>
    </Space.Compact>
  );
}
