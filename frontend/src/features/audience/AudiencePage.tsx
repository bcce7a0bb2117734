/** One audience, new or saved: its rule (or list of people), the live count, and what can be done with it. */
import { useParams, useSearch } from "@tanstack/react-router";
import { useOne } from "@/shared/api/queries";
import type { Audience } from "@/shared/api/types";
import { Skeleton } from "@/shared/ui/List";
import { ProblemNote } from "@/shared/ui/Problem";
import { AudienceForm } from "./AudienceForm";

export default function AudiencePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { kind } = useSearch({ strict: false }) as { kind?: string };
  const saved = useOne<Audience>("audiences", id === "new" ? null : id);
  if (id === "new") return <AudienceForm key={kind} kind={kind === "static" ? "static" : "dynamic"} />;
  if (saved.isError) return <ProblemNote error={saved.error} onRetry={() => void saved.refetch()} />;
  if (!saved.data) return <Skeleton />;
  return <AudienceForm key={saved.data.id} audience={saved.data} kind={saved.data.kind} />;
}
