/** One channel account, new or saved. */
import { useParams } from "@tanstack/react-router";
import { useCatalogue, useOne } from "@/shared/api/queries";
import type { ChannelAccount, ChannelProvider, Page } from "@/shared/api/types";
import { Skeleton } from "@/shared/ui/List";
import { ProblemNote } from "@/shared/ui/Problem";
import { AccountForm } from "./AccountForm";
import { listOf } from "./providers";

export default function AccountPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const catalogue = useCatalogue<Page<ChannelProvider> | ChannelProvider[]>("channel-providers");
  const saved = useOne<ChannelAccount>("channel-accounts", id === "new" ? null : id);
  const failed = catalogue.isError ? catalogue : saved.isError ? saved : null;
  if (failed) return <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!catalogue.data || (id !== "new" && !saved.data)) return <Skeleton />;
  return <AccountForm key={id} saved={saved.data} catalogue={listOf(catalogue.data)} />;
}
