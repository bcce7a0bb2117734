import { describe, expect, it } from "vitest";
import { nodeHeight } from "../model/size";
import { portsOf } from "../model/ports";
import { catalogue, opened } from "../testing/catalogue";
import { toElk } from "./tidy";

describe("what ELK is told", () => {
  it("has every card with its size and every edge at its ports", () => {
    const document = opened();
    const graph = toElk(document, catalogue);
    const split = graph.children?.find((child) => child.id === "ab");
    const ports = portsOf(catalogue.byType.get("abtest.split"), document.nodes.ab?.config ?? {});
    expect(split?.height).toBe(nodeHeight(ports));
    expect(split?.ports?.map((port) => port.id)).toEqual(["ab:in:in", "ab:out:a", "ab:out:b"]);
    expect(graph.edges).toContainEqual({ id: "e2", sources: ["ab:out:a"], targets: ["m:in:in"] });
    expect(graph.layoutOptions?.["elk.direction"]).toBe("RIGHT");
  });
});
