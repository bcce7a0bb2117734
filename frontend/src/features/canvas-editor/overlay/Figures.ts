/**
 * Keeps the overlay up to date: problems at once after every change, estimate and check after every save.
 * An answer that a newer question has overtaken is dropped.
 */
import { checkCanvas, estimateCanvas } from "../api";
import type { CanvasDocument } from "../model/document";
import { estimatedEdges } from "../model/figures";
import { type CanvasProblem, currentProblems, problemsByNode } from "../model/problems";
import type { Editor } from "../store/editor";

const DEBOUNCE_MS = 350;

export class Figures {
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private server: CanvasProblem[] = [];
  private checked: CanvasDocument | null = null;

  constructor(private readonly editor: Editor) {}

  /** After every change of the document: the problems that the browser can see by itself. */
  look(): void {
    const { document } = this.editor.document.getState();
    const problems = currentProblems(this.server, this.checked, document, this.editor.catalogue);
    this.editor.overlay.setState({ problems, problemsOf: problemsByNode(problems) });
  }

  /** After a save: ask the server, once the saves have calmed down. */
  soon(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), DEBOUNCE_MS);
  }

  async ask(): Promise<void> {
    const question = ++this.asked;
    const { document } = this.editor.document.getState();
    const empty = Object.keys(document.nodes).length === 0;
    this.editor.overlay.setState({ estimating: !empty, checking: true });
    await Promise.all([this.check(question, document), empty ? null : this.estimate(question, document)]);
    if (question === this.asked) this.editor.overlay.setState({ estimating: false, checking: false });
  }

  stop(): void {
    this.asked += 1;
    if (this.timer) clearTimeout(this.timer);
  }

  private async check(question: number, document: CanvasDocument): Promise<void> {
    const { data } = await checkCanvas(this.editor.canvasId);
    if (question !== this.asked || !data) return;
    this.server = data.problems;
    this.checked = document;
    this.look();
  }

  private async estimate(question: number, document: CanvasDocument): Promise<void> {
    const { data } = await estimateCanvas(this.editor.canvasId);
    if (question !== this.asked || !data) return;
    this.editor.overlay.setState({ estimate: data, edgeEstimate: estimatedEdges(document, data) });
  }
}
