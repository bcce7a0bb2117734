/** A canvas of 300 steps stays usable: only what is in sight is in the page, a drag is one change, tidying is quick. */
import { expect, type Page, test } from "@playwright/test";
import { make } from "./editor.fixtures";
import { logIn } from "./login";

const STEPS = 300;
const ROWS = 12;

function graph() {
  const nodes = Array.from({ length: STEPS }, (_, index) => ({
    id: `n${index}`,
    type: index ? "flow.wait" : "audience.source",
    config: index ? { for: { days: 1 } } : {},
    position: { x: Math.floor(index / ROWS) * 300, y: (index % ROWS) * 180 },
  }));
  const edges = nodes.slice(1).map(({ id }, index) => ({
    id: `e${index}`,
    source: index + 1 < ROWS ? "n0" : `n${index + 1 - ROWS}`,
    source_port: "out",
    target: id,
    target_port: "in",
  }));
  return { nodes, edges };
}

const places = (page: Page) =>
  page
    .locator(".react-flow__node")
    .evaluateAll((nodes) =>
      Object.fromEntries(
        nodes.map((node) => [(node as HTMLElement).dataset.id, (node as HTMLElement).style.transform]),
      ),
    );

test("300 steps", async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page);
  const { id } = await make(page, "/canvases", {
    name: `大画布 ${Date.now()}`,
    kind: "scheduled",
    graph: graph(),
  });
  await page.goto(`/canvases/${id}`);
  await expect(page.locator('.react-flow__node[data-id="n1"]')).toBeVisible();
  expect(await page.locator(".react-flow__node").count()).toBeLessThan(80);
  await expect(page.locator(".react-flow__minimap")).toBeVisible();

  const before = await places(page);
  const header = await page.locator('.react-flow__node[data-id="n1"] header').boundingBox();
  if (!header) throw new Error("n1 is not drawn");
  await page.mouse.move(header.x + 50, header.y + 10);
  await page.mouse.down();
  await page.mouse.move(header.x + 90, header.y + 40, { steps: 10 });
  await page.mouse.up();
  const after = await places(page);
  const moved = Object.keys(after).filter((node) => node in before && after[node] !== before[node]);
  expect(moved).toEqual(["n1"]);

  // One drag is one entry: a single undo puts the step back exactly.
  await page.getByRole("button", { name: "撤销", exact: true }).click();
  expect((await places(page)).n1).toBe(before.n1);
  await expect(page.getByRole("button", { name: "撤销", exact: true })).toBeDisabled();

  await page.getByRole("button", { name: "整理布局" }).click();
  await expect(page.getByText("布局已整理")).toBeVisible({ timeout: 15_000 });
});
