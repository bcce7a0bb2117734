import { beforeEach, describe, expect, it, vi } from "vitest";
import { renameNode, setConfig } from "../model/commands";
import { createEditor } from "../store/editor";
import { catalogue, opened } from "../testing/catalogue";
import { Figures } from "./Figures";

const server = vi.hoisted(() => ({ checkCanvas: vi.fn(), estimateCanvas: vi.fn() }));
vi.mock("../api", () => server);

const problem = {
  code: "no_account",
  severity: "error",
  node: "m",
  edge: null,
  pointer: "",
  params: {},
  detail: "",
};
const estimate = (people: number) => ({ data: { nodes: { s: { in: 0, out: { out: people } } }, as_of: "" } });

describe("figures on the canvas", () => {
  beforeEach(() => {
    server.checkCanvas.mockResolvedValue({ data: { problems: [problem] } });
    server.estimateCanvas.mockResolvedValue(estimate(5));
  });

  it("are the server's after it was asked", async () => {
    const editor = createEditor("1", opened(), catalogue);
    await new Figures(editor).ask();
    const { edgeEstimate, problemsOf, estimating } = editor.overlay.getState();
    expect(edgeEstimate).toEqual({ e1: 5 });
    expect(problemsOf.get("m")).toEqual([problem]);
    expect(estimating).toBe(false);
  });

  it("drop an answer that a newer question has overtaken", async () => {
    const editor = createEditor("1", opened(), catalogue);
    const figures = new Figures(editor);
    let late: (answer: unknown) => void = () => undefined;
    server.estimateCanvas.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    const first = figures.ask();
    await figures.ask();
    late(estimate(99));
    await first;
    expect(editor.overlay.getState().edgeEstimate).toEqual({ e1: 5 });
  });

  it("forget what was said of a step that changed since, and see at once what it lacks", async () => {
    const editor = createEditor("1", opened(), catalogue);
    const figures = new Figures(editor);
    await figures.ask();
    editor.document.getState().run(renameNode("s", "起点"));
    figures.look();
    expect(editor.overlay.getState().problemsOf.get("m")?.[0]?.code).toBe("no_account");
    editor.document.getState().run(setConfig(catalogue, "m", {}));
    figures.look();
    expect(
      editor.overlay
        .getState()
        .problemsOf.get("m")
        ?.map((item) => item.code),
    ).toEqual(["missing_setting"]);
  });
});
