import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as commands from "../model/commands";
import { createDocumentStore } from "../store/documentStore";
import { opened } from "../testing/catalogue";
import { Autosave, type SaveAnswer } from "./autosave";

function setUp(answers: SaveAnswer[] = []) {
  const store = createDocumentStore(opened());
  const sent: { patch: object; revision: number }[] = [];
  let revision = 3;
  const autosave = new Autosave({
    revision,
    read: () => store.getState().document,
    send: async (patch, at) => {
      sent.push({ patch, revision: at });
      await new Promise((done) => setTimeout(done, 200));
      return answers.shift() ?? { kind: "saved", revision: ++revision };
    },
  });
  store.subscribe(() => autosave.touch());
  const rename = (name: string) => store.getState().run(commands.setSettings({ name }));
  return { store, sent, autosave, rename, state: () => autosave.getStatus().state };
}

describe("autosave", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits for a pause, then sends only what changed with the current revision", async () => {
    const { sent, rename, state } = setUp();
    rename("a");
    expect(state()).toBe("dirty");
    await vi.advanceTimersByTimeAsync(1400);
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(150);
    expect(state()).toBe("saving");
    await vi.advanceTimersByTimeAsync(250);
    expect(state()).toBe("saved");
    expect(sent).toEqual([{ patch: { name: "a" }, revision: 3 }]);
    rename("b");
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent[1]).toEqual({ patch: { name: "b" }, revision: 4 });
  });

  it("saves at the latest after ten seconds of steady typing", async () => {
    const { sent, rename } = setUp();
    for (let step = 0; step < 11; step += 1) {
      rename(`n${step}`);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(sent).toHaveLength(1);
  });

  it("keeps one save in flight and sends what came meanwhile afterwards, with the new revision", async () => {
    const { sent, rename, autosave, state } = setUp();
    rename("a");
    const flushed = autosave.flush();
    await vi.advanceTimersByTimeAsync(100);
    rename("b");
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(600);
    expect(await flushed).toBe(true);
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent.map((item) => item.revision)).toEqual([3, 4]);
    expect(state()).toBe("saved");
  });

  it("stops loudly on a stale revision and saves nothing more until it is resolved", async () => {
    const { sent, rename, autosave, state } = setUp([{ kind: "stale" }]);
    rename("a");
    await vi.advanceTimersByTimeAsync(2000);
    expect(state()).toBe("conflict");
    rename("b");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent).toHaveLength(1);
    expect(await autosave.flush()).toBe(false);
    autosave.adopt(9);
    rename("c");
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent[1]).toMatchObject({ revision: 9 });
    expect(state()).toBe("saved");
  });

  it("keeps trying while offline", async () => {
    const { sent, rename, state } = setUp([{ kind: "offline" }, { kind: "offline" }]);
    rename("a");
    await vi.advanceTimersByTimeAsync(2000);
    expect(state()).toBe("offline");
    await vi.advanceTimersByTimeAsync(8000);
    expect(sent).toHaveLength(3);
    expect(state()).toBe("saved");
  });

  it("shows what the server refused, and tries again after the next change", async () => {
    const { rename, autosave, state } = setUp([{ kind: "invalid", detail: "坏了" }]);
    rename("a");
    await vi.advanceTimersByTimeAsync(2000);
    expect(autosave.getStatus()).toMatchObject({ state: "invalid", detail: "坏了" });
    rename("b");
    await vi.advanceTimersByTimeAsync(2000);
    expect(state()).toBe("saved");
  });

  it("has nothing to send when a change was undone", async () => {
    const { store, sent, autosave } = setUp();
    const before = store.getState().document;
    store.getState().run(commands.setSettings({ name: "x" }));
    store.setState({ document: before });
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent).toHaveLength(0);
    expect(autosave.getStatus().state).toBe("saved");
  });
});
