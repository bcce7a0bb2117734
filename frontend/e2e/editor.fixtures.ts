/** For the editor's tests: requests with the page's own session, and the few things a canvas needs. */
import { type APIResponse, expect, type Locator, type Page } from "@playwright/test";

async function send(page: Page, address: string, data: object, headers: object = {}): Promise<APIResponse> {
  const cookies = await page.context().cookies();
  const token = cookies.find((cookie) => cookie.name === "csrftoken")?.value ?? "";
  const origin = new URL(page.url()).origin;
  const all = { "X-CSRFToken": token, Referer: `${origin}/`, ...headers };
  return page.request.post(`${origin}/api/v1${address}`, { data, headers: all });
}

export async function make(page: Page, address: string, data: object): Promise<{ id: string }> {
  const answer = await send(page, address, data);
  expect(answer.ok(), `${address}: ${await answer.text()}`).toBe(true);
  return answer.json();
}

export interface Cast {
  audience: { id: string; name: string };
  template: { id: string; name: string };
  event: string;
  people: string[];
}

/** Customers of its own, an audience of them and a template that reaches them: no test lives on another's data. */
export async function cast(page: Page, size: number): Promise<Cast> {
  const now = Date.now();
  const mark = `e2e${now.toString(36)}`;
  // Numbers of their own: customers with the same phone would be taken for one person.
  const phone = (index: number) =>
    `139${String(now % 1_000_000).padStart(6, "0")}${String(index).padStart(2, "0")}`;
  const people = Array.from({ length: size }, (_, index) => `${mark}-${index}`);
  const customers = people.map((external_id, index) => ({
    external_id,
    identities: { phone: phone(index) },
    attributes: { name: `测试 ${index}` },
    consents: { sms: true },
  }));
  await make(page, "/customers/bulk", { customers });
  const account = { channel: "sms", provider: "console", name: `控制台 ${mark}`, settings: {} };
  const { id } = await make(page, "/channel-accounts", account);
  const audience = { name: `人群 ${mark}`, kind: "static", customers: people };
  const content = { text: '{{ customer.attributes.name | default: "顾客" }}，会员日见', sign: "云上百货" };
  const template = { channel: "sms", account: id, name: `短信 ${mark}`, purpose: "service", content };
  return {
    people,
    event: `${mark}.added`,
    audience: { name: audience.name, id: (await make(page, "/audiences", audience)).id },
    template: { name: template.name, id: (await make(page, "/templates", template)).id },
  };
}

export async function newCanvas(page: Page, kind: "定时型" | "触发型", name: string): Promise<void> {
  await page.goto("/canvases");
  await page.getByRole("button", { name: "新建画布" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: kind }).first().click();
  await dialog.getByLabel("画布名称").fill(name);
  await dialog.getByRole("button", { name: "创建并开始编辑" }).click();
  await expect(page.getByRole("textbox", { name: "画布名称" })).toHaveValue(name);
  // Keys belong to the dialog until it has gone; the three choices are the last thing to be drawn.
  await expect(dialog).toBeHidden();
  await expect(page.getByText("从哪里开始？")).toBeVisible();
}

export const card = (page: Page, title: string): Locator =>
  page.locator(".react-flow__node").filter({ hasText: title });

/** Drags a step from the palette to a place on the surface, in pixels from its upper left corner. */
export async function drop(page: Page, title: string, x: number, y: number): Promise<void> {
  const item = page.getByLabel("组件").getByRole("button", { name: title, exact: true });
  await item.dragTo(page.locator(".react-flow__pane"), { targetPosition: { x, y } });
}

export async function connect(page: Page, from: string, port: string, to: string): Promise<void> {
  const out = card(page, from).locator(`.react-flow__handle.source[data-handleid="${port}"]`);
  const into = card(page, to).locator(".react-flow__handle.target").first();
  const [a, b] = [await out.boundingBox(), await into.boundingBox()];
  if (!a || !b) throw new Error(`no handles between ${from} and ${to}`);
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x - 30, b.y + 4, { steps: 6 });
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 4 });
  await page.mouse.up();
}

/** Chooses by name in the picker of the step's form. */
export async function choose(page: Page, label: string, name: string): Promise<void> {
  const panel = page.getByLabel("设置", { exact: true });
  await panel.getByLabel(label).click();
  await page.keyboard.type(name);
  await page.locator(".ant-select-item-option").filter({ hasText: name }).first().click();
}

export async function saved(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: "已保存", exact: true })).toBeVisible();
}

/** Everything the console complained about while `page` lived. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(error.message));
  return found;
}
