/** One import: while it is a draft its columns and a preview, then its progress, then what became of it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, fetched } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { Skeleton } from "@/shared/ui/List";
import { PageFrame } from "@/shared/ui/Page";
import { ProblemNote } from "@/shared/ui/Problem";
import { Draft } from "./Draft";
import { ImportStatus } from "./ImportStatus";
import { type FileImport, isOpen } from "./model";
import { Outcome } from "./Outcome";

const PAUSE = 1000;

export default function ImportPage() {
  const { t } = useTranslation("imports");
  const { id } = useParams({ strict: false }) as { id: string };
  const one = useQuery({
    queryKey: keys.one("imports", id),
    queryFn: ({ signal }) => fetched(api.get<FileImport>(`/imports/${id}`, { signal })),
    refetchInterval: (query) => (query.state.data && isOpen(query.state.data.status) ? PAUSE : false),
  });
  if (one.isError) return <ProblemNote error={one.error} onRetry={() => void one.refetch()} />;
  if (!one.data) return <Skeleton />;
  const item = one.data;
  const facts = [
    t(`kind.${item.kind}`, { defaultValue: item.kind }),
    item.format.toUpperCase(),
    item.encoding?.toUpperCase(),
  ];
  return (
    <PageFrame
      title={item.name}
      intro={facts.filter(Boolean).join(" · ")}
      back={{ to: "/imports", label: t("title") }}
      actions={<ImportStatus status={item.status} />}
    >
      {item.status === "draft" ? <Draft key={item.id} item={item} /> : <Outcome item={item} />}
    </PageFrame>
  );
}
