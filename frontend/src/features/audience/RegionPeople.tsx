/** The people of one region: a few of them, and a way to keep all as a static audience. */
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Audience, Customer } from "@/shared/api/types";
import { count } from "@/shared/lib/format";
import { Panel } from "@/shared/ui/Page";
import { Table } from "@/shared/ui/Table";
import { useAct } from "@/shared/ui/useAct";
import styles from "./audience.module.css";
import { useMemberColumns } from "./Members";
import { questionOf, type Region } from "./model/overlap";

interface Combined {
  count: number;
  sample: Customer[];
  saved: Audience[];
}

export function RegionPeople({ region, all }: { region: Region; all: { id: string; name: string }[] }) {
  const { t, i18n } = useTranslation("audiences");
  const { act, busy } = useAct();
  const columns = useMemberColumns();
  const names = all.filter((audience) => region.in.includes(audience.id)).map((audience) => audience.name);
  const [name, setName] = useState(t("overlap.savedName", { names: names.join(" ∩ ") }).slice(0, 100));
  const [saved, setSaved] = useState<Audience | null>(null);
  const question = questionOf(region, all);
  const found = useQuery({
    queryKey: ["audiences", "region", question],
    queryFn: () => fetched(api.post<Combined>("/audiences/combine", { ...question, sample: 10 })),
  });
  const save = async () => {
    const body = { ...question, save_as: name.trim() };
    const { data } = await act(() => api.post<Combined>("/audiences/combine", body), {
      stale: [keys.lists("audiences")],
      done: t("common:saved"),
    });
    setSaved(data?.saved[0] ?? null);
  };
  return (
    <Panel title={t("overlap.only", { names: names.join("、"), n: count(region.count, i18n.language) })}>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Input
          aria-label={t("name")}
          style={{ maxWidth: 320 }}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <Button htmlType="submit" type="primary" loading={busy} disabled={!name.trim()}>
          {t("overlap.save")}
        </Button>
        {saved ? <Link to={`/audiences/${saved.id}` as never}>{saved.name}</Link> : null}
      </form>
      <Table
        columns={columns}
        items={found.data?.sample ?? []}
        rowKey={(item) => item.id}
        label={t("members")}
      />
    </Panel>
  );
}
