/** Replaced by the editor itself: the route hands over the canvas id. */
export default function EditorPage({ id }: { id: string }) {
  return <main data-canvas={id} />;
}
