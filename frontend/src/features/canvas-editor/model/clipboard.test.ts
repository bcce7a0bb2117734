import { describe, expect, it } from "vitest";
import { catalogue, opened } from "../testing/catalogue";
import { copyText, pasteSteps, readCopied } from "./clipboard";
import { apply, startHistory } from "./history";

describe("the clipboard", () => {
  it("brings steps and the connections among them to another canvas, with new ids", () => {
    const text = copyText(opened(), ["ab", "m"]);
    const copied = readCopied(text);
    expect(copied?.nodes).toHaveLength(2);
    expect(copied?.edges.map((edge) => edge.id)).toEqual(["e2"]);
    const target = opened({ kind: "triggered", graph: { nodes: [], edges: [] } });
    const { command, ids, left } = pasteSteps(target, catalogue, copied!, { x: 100, y: 100 });
    const after = apply(startHistory(target), command, 0).document;
    expect(left).toBe(0);
    expect(Object.keys(after.nodes)).toEqual(ids);
    expect(Object.values(after.edges)[0]).toMatchObject({ source: ids[0], target: ids[1], sourcePort: "a" });
    expect(after.nodes[ids[0]!]?.position).toEqual({ x: 100, y: 100 });
  });

  it("leaves out what does not fit this kind of canvas", () => {
    const copied = readCopied(copyText(opened(), ["s", "m"]));
    const target = opened({ kind: "triggered", graph: { nodes: [], edges: [] } });
    expect(pasteSteps(target, catalogue, copied!, { x: 0, y: 0 })).toMatchObject({ left: 1 });
  });

  it("takes nothing that is not its own", () => {
    expect(readCopied("你好")).toBeNull();
    expect(readCopied('{"tag":"marketing-canvas/steps","version":1,"nodes":"x"}')).toBeNull();
    expect(readCopied("marketing-canvas/steps {")).toBeNull();
    const sound = JSON.parse(copyText(opened(), ["ab", "m"]));
    const broken = [
      { ...sound, version: 2 },
      { ...sound, nodes: [{ ...sound.nodes[0], position: { x: "1", y: 2 } }] },
      { ...sound, nodes: [{ ...sound.nodes[0], config: [] }] },
      { ...sound, nodes: [{ ...sound.nodes[0], label: 7 }] },
      { ...sound, edges: [{ ...sound.edges[0], targetPort: undefined }] },
      { ...sound, edges: [null] },
    ];
    for (const one of broken) expect(readCopied(JSON.stringify(one))).toBeNull();
  });

  it("leaves behind what a step does not have", () => {
    const sound = JSON.parse(copyText(opened(), ["m"]));
    sound.nodes[0].position.z = 3;
    sound.nodes[0].secret = "x";
    expect(readCopied(JSON.stringify(sound))?.nodes[0]).not.toHaveProperty("secret");
    expect(readCopied(JSON.stringify(sound))?.nodes[0]?.position).not.toHaveProperty("z");
  });
});
