/** One template, new or saved. */
import { useParams } from "@tanstack/react-router";
import { useOne } from "@/shared/api/queries";
import type { Template } from "@/shared/api/types";
import { Skeleton } from "@/shared/ui/List";
import { ProblemNote } from "@/shared/ui/Problem";
import { TemplateForm } from "./TemplateForm";

export default function TemplatePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const saved = useOne<Template>("templates", id === "new" ? null : id);
  if (id === "new") return <TemplateForm />;
  if (saved.isError) return <ProblemNote error={saved.error} onRetry={() => void saved.refetch()} />;
  if (!saved.data) return <Skeleton />;
  return <TemplateForm key={saved.data.id} template={saved.data} />;
}
