import { useParams } from "@tanstack/react-router";
import EditorPage from "@/features/canvas-editor/EditorPage";

export default function EditorRoute() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <EditorPage key={id} id={id} />;
}
