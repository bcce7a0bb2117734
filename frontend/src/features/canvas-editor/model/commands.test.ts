import { describe, expect, it } from "vitest";
import { catalogue, opened } from "../testing/catalogue";
import * as commands from "./commands";
import * as joining from "./joining";
import { refuseEdge, refuseType } from "./connect";
import type { CanvasDocument } from "./document";
import { GAP_X, NODE_WIDTH } from "./size";
import { type Command, apply, redo, startHistory, undo } from "./history";

/** Columns at which steps are put: a card and the gap after it. */
const COLUMN = NODE_WIDTH + GAP_X;
const run = (document: CanvasDocument, command: Command) =>
  apply(startHistory(document), command, 0).document;
const ends = (document: CanvasDocument) =>
  Object.values(document.edges).map(
    (edge) => `${edge.source}.${edge.sourcePort}>${edge.target}.${edge.targetPort}`,
  );
const made = (document: CanvasDocument, type: string) =>
  commands.makeNode(document, catalogue, type, { x: 3, y: 7 });

describe("adding", () => {
  it("takes the catalogue's defaults and the grid", () => {
    const document = opened();
    const node = made(document, "abtest.split");
    expect(node.config.variants).toHaveLength(2);
    expect(node.config).not.toBe(catalogue.byType.get("abtest.split")?.defaults);
    expect(node.position).toEqual({ x: 0, y: 0 });
    expect(run(document, commands.addNode(node)).nodes[node.id]).toEqual(node);
  });

  it("appends right of the step before, joined, without covering anything", () => {
    const document = opened();
    const node = made(document, "message.send");
    const after = run(document, joining.appendNode(catalogue, { node: "ab", port: "b" }, node));
    expect(ends(after)).toContain(`ab.b>${node.id}.in`);
    expect(after.nodes[node.id]?.position.x).toBe(340 + COLUMN);
    expect(after.nodes[node.id]?.position.y).toBeGreaterThan(150);
  });

  it("splices into an edge and pushes what follows to the right", () => {
    const document = opened();
    const node = made(document, "flow.wait");
    const after = run(document, joining.spliceNode(catalogue, "e2", node));
    expect(ends(after).sort()).toEqual(
      ["ab.a>" + `${node.id}.in`, "s.out>ab.in", `${node.id}.out>m.in`].sort(),
    );
    expect(after.nodes[node.id]?.position.x).toBe(340 + COLUMN);
    expect(after.nodes.m?.position.x).toBe(340 + 2 * COLUMN);
    expect(after.nodes.s?.position.x).toBe(0);
  });
});

describe("connecting", () => {
  const refuse = (source: string, sourcePort: string, target: string, targetPort = "in") =>
    refuseEdge(opened(), catalogue, { source, sourcePort, target, targetPort });

  it("refuses circles, starts as targets, itself, twins and ports that are not there", () => {
    expect(refuse("m", "sent", "ab")).toBe("cycle");
    expect(refuse("m", "sent", "s")).toBe("into_source");
    expect(refuse("ab", "a", "ab")).toBe("self");
    expect(refuse("ab", "a", "m")).toBe("duplicate");
    expect(refuse("ab", "c", "m")).toBe("no_port");
    expect(refuse("ab", "b", "m", "minus")).toBe("no_port");
    expect(refuse("ab", "b", "nobody")).toBe("missing_node");
    expect(refuse("ab", "b", "m")).toBeNull();
  });

  it("refuses a type of the other kind of canvas", () => {
    expect(refuseType(opened(), catalogue, "trigger.event")).toBe("wrong_kind");
    expect(refuseType(opened(), catalogue, "no.such")).toBe("unknown_type");
    expect(refuseType(opened(), catalogue, "flow.wait")).toBeNull();
  });

  it("leaves the document as it was when the edge is refused", () => {
    const document = opened();
    const command = joining.connect(catalogue, {
      source: "m",
      sourcePort: "sent",
      target: "ab",
      targetPort: "in",
    });
    expect(run(document, command)).toBe(document);
  });

  it("takes the free port of a node with several", () => {
    expect(joining.connectNodes(opened(), catalogue, "s", "m")).toMatchObject({
      sourcePort: "out",
      targetPort: "in",
    });
    expect(joining.connectNodes(opened(), catalogue, "m", "s")).toBeNull();
  });
});

describe("deleting and settings", () => {
  it("closes the gap when one step leaves a chain", () => {
    const after = run(opened(), commands.deleteItems(catalogue, ["ab"], []));
    expect(ends(after)).toEqual(["s.out>m.in"]);
  });

  it("drops all edges of several deleted steps", () => {
    expect(ends(run(opened(), commands.deleteItems(catalogue, ["ab", "m"], [])))).toEqual([]);
    expect(ends(run(opened(), commands.deleteItems(catalogue, [], ["e1"])))).toEqual(["ab.a>m.in"]);
  });

  it("removes the edge of a variant that is gone, in the same step", () => {
    const config = { variants: [{ key: "b", share: 100 }] };
    const start = apply(startHistory(opened()), commands.setConfig(catalogue, "ab", config), 0);
    expect(ends(start.document)).toEqual(["s.out>ab.in"]);
    expect(undo(start).document).toEqual(opened());
  });

  it("copies steps with the edges among them", () => {
    const document = opened();
    const { command, ids } = commands.duplicateNodes(document, ["ab", "m"]);
    const after = run(document, command);
    expect(Object.keys(after.nodes)).toHaveLength(5);
    expect(ends(after)).toContain(`${ids.get("ab")}.a>${ids.get("m")}.in`);
  });

  it("renames, and an empty name gives the type's name back", () => {
    const named = run(opened(), commands.renameNode("m", "提醒短信"));
    expect(named.nodes.m?.label).toBe("提醒短信");
    expect(run(named, commands.renameNode("m", "  ")).nodes.m).not.toHaveProperty("label");
  });
});

describe("history", () => {
  it("undoes and redoes exactly, with one entry per change", () => {
    const document = opened();
    let state = startHistory(document);
    state = apply(state, commands.moveNodes({ m: { x: 700, y: 80 }, s: { x: 0, y: 20 } }), 1);
    state = apply(state, commands.deleteItems(catalogue, ["m"], []), 2);
    const end = state.document;
    expect(state.past.map((entry) => entry.label.key)).toEqual(["change.move", "change.delete"]);
    const back = undo(undo(state));
    expect(back.document).toEqual(document);
    expect(redo(redo(back)).document).toEqual(end);
    expect(undo(back)).toBe(back);
  });

  it("makes one entry of quick typing, and a new one after a pause or an undo", () => {
    let state = startHistory(opened());
    state = apply(state, commands.renameNode("m", "提"), 0);
    state = apply(state, commands.renameNode("m", "提醒"), 300);
    expect(state.past).toHaveLength(1);
    expect(undo(state).document).toEqual(opened());
    state = apply(state, commands.renameNode("m", "提醒短信"), 9000);
    expect(state.past).toHaveLength(2);
  });

  it("does not record a change that changes nothing, and forgets redo after a new change", () => {
    const state = startHistory(opened());
    expect(apply(state, commands.moveNodes({ m: { x: 680, y: 0 } }), 0)).toBe(state);
    const undone = undo(apply(state, commands.renameNode("m", "x"), 0));
    expect(undone.future).toHaveLength(1);
    expect(apply(undone, commands.renameNode("s", "y"), 1).future).toHaveLength(0);
  });
});
