export default function CanvasListPage() {
  return null;
}
