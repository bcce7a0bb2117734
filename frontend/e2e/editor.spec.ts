/** The canvas editor in a real browser against the real server: from an empty canvas to people counted (CAN-1, 2, 6, 7, 9). */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import { card, cast, choose, complaints, connect, drop, make, newCanvas, saved } from "./editor.fixtures";
import { logIn } from "./login";

const PEOPLE = 40;
// Whole journeys; two shared cores may be slow.
test.setTimeout(180_000);

const search = (page: Page) => page.getByRole("combobox", { name: "搜索，支持拼音" });

test("a scheduled canvas is drawn, checked, published, run and watched", async ({ page }) => {
  const faults = complaints(page);
  await logIn(page);
  const { audience, template } = await cast(page, PEOPLE);
  await newCanvas(page, "定时型", `会员日 ${audience.name}`);

  await drop(page, "目标客群", 150, 260);
  await choose(page, "人群", audience.name);
  await drop(page, "A/B 测试", 470, 260);
  await page.getByRole("button", { name: "关闭面板" }).click();
  await page.getByRole("button", { name: "显示整个画布" }).click();
  await connect(page, "目标客群", "out", "A/B 测试");
  await saved(page);
  await expect(card(page, "目标客群")).toContainText(`${PEOPLE} 人`);
  await expect(page.locator(".react-flow__edgelabel-renderer")).toContainText(`${PEOPLE}`);

  // The + of a port is the marketer's main way on; the search takes pinyin initials.
  await card(page, "A/B 测试").getByRole("button", { name: "在「A」之后添加一步" }).click();
  await search(page).fill("nrcd");
  await page.keyboard.press("Enter");
  await choose(page, "消息模板", template.name);
  await saved(page);
  await expect(card(page, "内容触达")).toContainText(`发送 ${template.name}`);

  await page.getByRole("button", { name: "关闭面板" }).click();
  await page.getByRole("button", { name: "设置时间" }).click();
  await expect(page.getByText("接下来")).toBeVisible();
  await page.getByRole("button", { name: /^检查/ }).click();
  await expect(page.getByText("没有问题，可以发布")).toBeVisible();

  await page.getByRole("button", { name: "发布", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`${PEOPLE} 人`);
  await dialog.getByRole("button", { name: "发布", exact: true }).click();
  await expect(page.getByText("进行中")).toBeVisible();

  await page.getByRole("button", { name: "立即运行" }).click();
  await expect(dialog).toContainText(`大约 ${PEOPLE} 人`);
  await dialog.getByRole("button", { name: "开始运行" }).click();
  const panel = page.getByLabel("运行数据");
  await expect(panel).toContainText("已完成", { timeout: 30_000 });
  await expect(panel).toContainText("人数平衡");
  await expect(panel.locator("div").filter({ hasText: /^进入40$/ })).toBeVisible();
  await expect(card(page, "A/B 测试")).toContainText(`进入${PEOPLE}`);

  await card(page, "A/B 测试").getByRole("button", { name: /进入/ }).click();
  const people = page.getByRole("dialog");
  await expect(people.getByRole("listitem")).toHaveCount(PEOPLE);
  await people.getByRole("button", { name: "保存为人群" }).click();
  await expect(page.getByText(/已保存人群/)).toBeVisible();
  await page.keyboard.press("Escape");

  await panel.getByRole("link", { name: /查看触达记录/ }).click();
  await expect(page.getByText("会员日见").first()).toBeVisible();
  expect(faults).toEqual([]);
});

test("a sample goes first, the rest after a look (CAN-9)", async ({ page }) => {
  await logIn(page);
  const { audience, template } = await cast(page, 20);
  const graph = {
    nodes: [
      { id: "s", type: "audience.source", config: { audience: audience.id } },
      { id: "m", type: "message.send", config: { template: template.id } },
    ],
    edges: [{ id: "e", source: "s", source_port: "out", target: "m", target_port: "in" }],
  };
  const { id } = await make(page, "/canvases", { name: `抽样 ${audience.name}`, kind: "scheduled", graph });
  await make(page, `/canvases/${id}/publish`, {});
  await page.goto(`/canvases/${id}`);
  await page.getByRole("button", { name: "立即运行" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio").nth(1).check();
  await dialog.getByRole("spinbutton").first().fill("5");
  await expect(dialog).toContainText("大约 5 人");
  await dialog.getByRole("button", { name: "开始运行" }).click();
  const message = card(page, "内容触达");
  await expect(message).toContainText("进入5", { timeout: 30_000 });
  await expect(message).toContainText("完成5", { timeout: 30_000 });
  await page.getByRole("button", { name: "放给其余的人" }).click();
  await dialog.getByRole("button", { name: "放给其余的人" }).click();
  await expect(message).toContainText("完成20", { timeout: 30_000 });
  await expect(page.getByLabel("运行数据")).toContainText("人数平衡");
});

test("a triggered canvas answers events at once", async ({ page }) => {
  const faults = complaints(page);
  await logIn(page);
  const { event, people, template } = await cast(page, 3);
  const first = { event_id: `${event}-0`, customer: { external_id: people[0] }, name: event };
  await make(page, "/events/bulk", { events: [{ ...first, occurred_at: new Date().toISOString() }] });
  await newCanvas(page, "触发型", `触发 ${event}`);
  await page.getByRole("button", { name: /从事件触发开始/ }).click();
  await choose(page, "当客户发生", event);
  await page.keyboard.press("Escape");
  await card(page, "事件触发")
    .getByRole("button", { name: /之后添加一步/ })
    .click();
  await page.getByRole("option", { name: /内容触达/ }).click();
  await choose(page, "消息模板", template.name);
  await saved(page);
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "发布", exact: true }).click();
  await expect(page.getByText("进行中")).toBeVisible();

  const events = people.map((external_id, index) => ({
    event_id: `${event}-live-${index}`,
    customer: { external_id },
    name: event,
    occurred_at: new Date().toISOString(),
  }));
  await make(page, "/events/bulk", { events });
  await page.getByText("数据", { exact: true }).click();
  await expect(card(page, "内容触达")).toContainText("进入3", { timeout: 30_000 });
  await expect(page.getByLabel("运行数据")).toContainText("人数平衡");
  expect(faults).toEqual([]);
});

test("two windows: the second to save is stopped loudly and chooses", async ({ page, context }) => {
  await logIn(page);
  await newCanvas(page, "定时型", `冲突 ${Date.now()}`);
  const other = await context.newPage();
  await other.goto(page.url());
  await drop(page, "目标客群", 200, 200);
  await saved(page);
  await expect(other.getByRole("button", { name: "已保存", exact: true })).toBeVisible();
  await other.getByRole("button", { name: /从目标客群开始/ }).click();
  const dialog = other.getByRole("dialog");
  await expect(dialog).toContainText("这个画布刚被修改过");
  await expect(other.getByRole("button", { name: "有冲突" })).toBeVisible();
  await dialog.getByRole("button", { name: "载入对方的版本" }).click();
  await expect(dialog).toBeHidden();
  await expect(card(other, "目标客群")).toHaveCount(1);
  await drop(other, "A/B 测试", 480, 200);
  await saved(other);
  await page.reload();
  await expect(card(page, "A/B 测试")).toHaveCount(1);
});

test("keys: undo and redo, the step list, delete; and nothing while pinyin is typed", async ({ page }) => {
  await logIn(page);
  await newCanvas(page, "定时型", `键盘 ${Date.now()}`);
  await page.keyboard.press("n");
  await search(page).fill("目标");
  await page.keyboard.press("Enter");
  await page.locator(".react-flow__node").first().focus();
  await page.keyboard.press("n");
  await search(page).fill("dengdai");
  await page.keyboard.press("Enter");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await page.locator(".react-flow__node").last().focus();
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow__node")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__node")).toHaveCount(2);
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+Z");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await page.evaluate(() => {
    const typed = new KeyboardEvent("keydown", { key: "Delete", bubbles: true, isComposing: true });
    document.activeElement?.dispatchEvent(typed);
  });
  await expect(page.locator(".react-flow__node")).toHaveCount(2);
  await page.keyboard.press("Shift+Alt+T");
  await expect(page.getByText("布局已整理")).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("键盘快捷键");
});

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: unknown[] }[];
}

async function grave(page: Page): Promise<string[]> {
  const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(readFileSync(source, "utf8"));
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  const bad = found.filter((item) => item.impact === "serious" || item.impact === "critical");
  return bad.map((item) => `${item.id}: ${item.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

test("nothing serious for people with disabilities, drawing and on a phone", async ({ page }) => {
  await logIn(page);
  await newCanvas(page, "定时型", `无障碍 ${Date.now()}`);
  expect(await grave(page)).toEqual([]);
  await page.getByRole("button", { name: /从目标客群开始/ }).click();
  await page.keyboard.press("Escape");
  await card(page, "目标客群")
    .getByRole("button", { name: /之后添加一步/ })
    .click();
  expect(await grave(page)).toEqual([]);
  await page.getByRole("option", { name: /内容触达/ }).click();
  await saved(page);
  expect(await grave(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole("list", { name: "步骤" }).getByRole("listitem")).toHaveCount(2);
  expect(await grave(page)).toEqual([]);
});

test("steps go from one canvas to another through the clipboard", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await logIn(page);
  await newCanvas(page, "定时型", `来源 ${Date.now()}`);
  await page.getByRole("button", { name: /从目标客群开始/ }).click();
  await card(page, "目标客群")
    .getByRole("button", { name: /之后添加一步/ })
    .click();
  await search(page).fill("等待");
  await page.keyboard.press("Enter");
  await page.locator(".react-flow__node").first().focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  await expect(page.getByText("已复制 2 个步骤")).toBeVisible();
  await saved(page);
  await newCanvas(page, "触发型", `去处 ${Date.now()}`);
  await page.keyboard.press("Control+v");
  await expect(page.getByText("已粘贴 1 个步骤，1 个不适合这种画布")).toBeVisible();
  await expect(card(page, "等待")).toHaveCount(1);
});

test("work done without a network is kept, offered again and saved", async ({ page, context }) => {
  await logIn(page);
  await newCanvas(page, "定时型", `断网 ${Date.now()}`);
  const address = page.url();
  await context.setOffline(true);
  await page.getByRole("button", { name: /从目标客群开始/ }).click();
  await expect(page.getByRole("button", { name: "离线，正在重试" })).toBeVisible();
  await context.setOffline(false);
  await saved(page);

  await context.setOffline(true);
  await drop(page, "A/B 测试", 500, 400);
  await expect(page.getByRole("button", { name: "离线，正在重试" })).toBeVisible();
  // The window is lost with the work in it.
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(address);
  await expect(card(again, "A/B 测试")).toHaveCount(0);
  await again.getByRole("button", { name: "恢复", exact: true }).click();
  await expect(card(again, "A/B 测试")).toHaveCount(1);
  await saved(again);
});

/** Tab on (or back) until the element of that name has the focus. */
async function tabTo(page: Page, name: string, key: "Tab" | "Shift+Tab"): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press(key);
    const reached = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    if (reached === name) return;
  }
  throw new Error(`${name} cannot be reached with ${key}`);
}

test("three steps, connected, set up and published without a mouse", async ({ page }) => {
  await logIn(page);
  const { audience, template } = await cast(page, 5);
  await newCanvas(page, "定时型", `只用键盘 ${audience.name}`);
  const add = async (words: string) => {
    await page.keyboard.press("n");
    await expect(search(page)).toBeFocused();
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
    await expect(page.locator(".react-flow__node:focus")).toHaveCount(1);
  };
  const leaveField = async () => {
    await page.keyboard.press("Escape");
    await expect(page.locator(".react-flow__node:focus")).toHaveCount(1);
  };
  const fill = async (name: string) => {
    await page.keyboard.press("F2");
    await page.keyboard.press("Tab");
    await page.keyboard.type(name);
    await expect(page.locator(".ant-select-item-option-active")).toContainText(name);
    await page.keyboard.press("Enter");
    await expect(page.locator(".ant-select-item-option-active")).toBeHidden();
    await leaveField();
  };
  await add("mbkq");
  await fill(audience.name);
  await add("dengdai");
  await page.keyboard.press("F2");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1");
  await leaveField();
  await add("nrcd");
  await fill(template.name);
  await saved(page);
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);
  await tabTo(page, "发布", "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText("5 人");
  await tabTo(page, "发布", "Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("进行中")).toBeVisible();
});
