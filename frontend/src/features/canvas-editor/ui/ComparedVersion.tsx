/** What the draft has more, less and otherwise than a published version. */
import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { type Compared, compareVersion } from "../api";
import { titleOf } from "../model/summary";
import { useEditor, useSurroundings } from "../store/editor";
import styles from "./frame.module.css";
import { useServices } from "./services";

export function ComparedVersion({ number }: { number: number }) {
  const { t } = useTranslation("editor");
  const { canvas } = useServices();
  const compared = useQuery({
    queryKey: keys.part("canvases", canvas.id, "compared", { number }),
    queryFn: () => fetched(compareVersion(canvas.id, number)),
    gcTime: 0,
  });
  const lines = useLines(compared.data);
  if (compared.isPending) return <Spin size="small" />;
  if (!lines.length) return <p className={styles.note}>{t("versions.same")}</p>;
  return (
    <ul className={styles.note}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function useLines(compared: Compared | undefined): string[] {
  const { t } = useTranslation("editor");
  const { lang } = useSurroundings();
  const { catalogue } = useEditor();
  if (!compared) return [];
  const said = (kind: "added" | "removed" | "changed") =>
    compared.nodes[kind].map((node) =>
      t(`versions.${kind}`, { step: titleOf(catalogue.byType.get(node.type), node, lang) }),
    );
  const edges = compared.edges.added.length + compared.edges.removed.length;
  return [
    ...said("added"),
    ...said("removed"),
    ...said("changed"),
    ...(edges ? [t("versions.edges", { edges })] : []),
    ...(compared.settings.length ? [t("versions.settings")] : []),
  ];
}
