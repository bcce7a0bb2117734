/** The page of one canvas: fetches what the editor needs, then hands over to the editor or, on a phone, the outline. */
import { useQuery } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { problemOf, useCatalogue } from "@/shared/api/queries";
import { readCanvas } from "./api";
import type { CatalogueAnswer } from "./model/catalogue";
import { EditorFrame } from "./ui/EditorFrame";
import { Stopped } from "./ui/Stopped";
import styles from "./ui/frame.module.css";

export default function EditorPage({ id }: { id: string }) {
  const canvas = useQuery({
    queryKey: keys.one("canvases", id),
    queryFn: () => fetched(readCanvas(id)),
    // The editor holds the truth while it is open; a refetch under its hands would only confuse.
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  const types = useCatalogue<CatalogueAnswer>("node-types");
  const failed = canvas.error ?? types.error;
  if (failed)
    return <Failed error={failed} retry={() => void Promise.all([canvas.refetch(), types.refetch()])} />;
  if (!canvas.data || !types.data || !canvas.isFetchedAfterMount)
    return <Spin className={styles.loading} size="large" />;
  return <EditorFrame key={id} canvas={canvas.data} types={types.data} />;
}

function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTranslation("editor");
  const problem = problemOf(error);
  const missing = problem?.status === 404;
  return (
    <Stopped title={t(missing ? "page.missing" : "page.failed")} why={problem?.detail}>
      <Button href="/canvases">{t("page.toList")}</Button>
      {missing ? null : (
        <Button type="primary" onClick={retry}>
          {t("page.retry")}
        </Button>
      )}
    </Stopped>
  );
}
