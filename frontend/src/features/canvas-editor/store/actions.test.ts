import { describe, expect, it } from "vitest";
import { catalogue, opened } from "../testing/catalogue";
import * as actions from "./actions";
import { createEditor } from "./editor";
import { select } from "./viewStore";

const start = () => {
  const editor = createEditor("1", opened(), catalogue);
  return { editor, document: () => editor.document.getState().document, view: () => editor.view.getState() };
};

describe("what a person does", () => {
  it("adds, selects and says so; refuses what may not stand here and says why", () => {
    const { editor, document, view } = start();
    const id = actions.placeType(editor, "flow.wait", { kind: "append", node: "ab", port: "b" });
    expect(id && document().nodes[id]?.type).toBe("flow.wait");
    expect(view().selection.nodes).toEqual([id]);
    expect(view().announcement.key).toBe("said.added");
    expect(actions.placeType(editor, "trigger.event", { kind: "free", at: { x: 0, y: 0 } })).toBeNull();
    expect(view().announcement.key).toBe("refused.wrong_kind");
  });

  it("never puts a new step on another", () => {
    const { editor, document } = start();
    const id = actions.placeType(editor, "flow.wait", { kind: "free", at: { x: 100, y: 40 } });
    expect(id && document().nodes[id]?.position.y).toBeGreaterThan(100);
  });

  it("says why a connection is refused", () => {
    const { editor, view } = start();
    expect(actions.connectToNode(editor, "m", "sent", "ab")).toBe(false);
    expect(view().announcement.key).toBe("refused.cycle");
    expect(actions.connectToNode(editor, "ab", "b", "m")).toBe(true);
  });

  it("gives a selection back that undo made meaningless", () => {
    const { editor, document, view } = start();
    actions.placeType(editor, "flow.wait", { kind: "append", node: "ab", port: "b" });
    actions.stepBack(editor);
    expect(view().selection.nodes).toEqual([]);
    actions.stepForward(editor);
    expect(Object.keys(document().nodes)).toHaveLength(4);
  });

  it("moves, copies and removes what is selected", () => {
    const { editor, document, view } = start();
    select(editor.view, ["m"]);
    actions.moveSelection(editor, { x: 20, y: 0 });
    actions.moveSelection(editor, { x: 20, y: 0 });
    expect(document().nodes.m?.position.x).toBe(720);
    expect(editor.document.getState().past).toHaveLength(1);
    actions.duplicateSelection(editor);
    expect(view().selection.nodes).toHaveLength(1);
    actions.removeSelection(editor);
    expect(Object.keys(document().nodes)).toHaveLength(3);
  });
});
