import CanvasListPage from "@/features/canvas-list/CanvasListPage";

export default function CanvasesRoute() {
  return <CanvasListPage />;
}
