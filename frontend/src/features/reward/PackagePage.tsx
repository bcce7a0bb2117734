/** One reward package, new or saved. */
import { useParams } from "@tanstack/react-router";
import { useOne } from "@/shared/api/queries";
import type { RewardPackage } from "@/shared/api/types";
import { Skeleton } from "@/shared/ui/List";
import { ProblemNote } from "@/shared/ui/Problem";
import { PackageForm } from "./PackageForm";

export default function PackagePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const saved = useOne<RewardPackage>("reward-packages", id === "new" ? null : id);
  if (id === "new") return <PackageForm />;
  if (saved.isError) return <ProblemNote error={saved.error} onRetry={() => void saved.refetch()} />;
  if (!saved.data) return <Skeleton />;
  return <PackageForm key={saved.data.id} saved={saved.data} />;
}
