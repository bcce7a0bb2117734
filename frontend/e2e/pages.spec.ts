/** Every page but the editor, on the real server: it opens, says no error, and the marketer's first steps work. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import { logIn, passLogin } from "./login";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PAGES: [string, string][] = [
  ["/canvases", "画布"],
  ["/audiences", "人群"],
  ["/audiences/new?kind=dynamic", "按条件新建"],
  ["/customers", "客户"],
  ["/events", "事件"],
  ["/events/order.paid", "支付订单"],
  ["/templates", "模板"],
  ["/templates/new", "新建模板"],
  ["/rewards", "权益"],
  ["/rewards/new", "新建权益礼包"],
  ["/channels", "渠道"],
  ["/channels/new", "添加渠道账号"],
  ["/messages", "触达记录"],
  ["/settings", "设置"],
  ["/settings?part=members", "设置"],
  ["/settings?part=keys", "设置"],
];

/** Errors of the page itself: what the console says, and what it throws. */
function listen(page: Page): string[] {
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  return errors;
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (o: object) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] })).violations;
  });
  return found
    .filter((fault) => ["serious", "critical"].includes(fault.impact))
    .map((fault) => `${fault.id}: ${fault.nodes[0]?.html.slice(0, 160)}`);
}

test("a wrong password is said plainly", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("用户名").fill("nobody");
  await page.locator("#password").fill("wrong-password");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("alert")).toHaveText("用户名或密码不对，请再试一次。");
});

test("a page behind the log-in comes back after it", async ({ page }) => {
  await page.goto("/templates");
  await expect(page).toHaveURL(/\/login/);
  await passLogin(page, /\/templates$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("模板");
});

test("every page opens without an error and without serious faults of accessibility", async ({ page }) => {
  test.setTimeout(240_000);
  await logIn(page);
  const errors = listen(page);
  for (const [address, title] of PAGES) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
    await page.waitForLoadState("networkidle");
    expect(await seriousFaults(page), address).toEqual([]);
  }
  expect(errors).toEqual([]);
});

test("details open from their lists", async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page);
  const errors = listen(page);
  for (const list of ["/audiences", "/customers", "/templates", "/rewards", "/channels"]) {
    await page.goto(list);
    await page.locator("tbody a").first().click();
    await expect(page).toHaveURL(new RegExp(`${list}/\\d+$`));
    await expect(page.getByRole("heading", { level: 1 })).not.toBeEmpty();
    await page.waitForLoadState("networkidle");
  }
  expect(errors).toEqual([]);
});

test("an audience by conditions: built from sentences, counted while editing, saved and deleted", async ({
  page,
}) => {
  await logIn(page);
  const errors = listen(page);
  const name = `浏览器测试 ${Date.now()}`;
  await page.goto("/audiences/new?kind=dynamic");
  await page.getByLabel("人群名称").fill(name);
  await page.getByRole("button", { name: "添加条件", exact: true }).click();
  await page.getByPlaceholder("找条件：属性、事件、标签…").fill("order.paid");
  await page.locator("button[title='order.paid']").click();
  const number = page.getByTestId("rule-count");
  await expect(number).toHaveText(/^[\d,]+ 人$/);
  const all = await number.innerText();
  await page.getByLabel("次数").last().fill("3");
  await expect(number).not.toHaveText(all);
  await expect(number).toHaveText(/^([\d,]+ 人|没有客户符合)$/);
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page).toHaveURL(/\/audiences\/\d+$/);
  await expect(page.getByText("概况")).toBeVisible();
  await page.getByRole("button", { name: "更多操作" }).click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
  await expect(page).toHaveURL(/\/audiences$/);
  await expect(page.getByText(name)).toHaveCount(0);
  expect(errors).toEqual([]);
});

test("a template shows the message as the customer gets it", async ({ page }) => {
  await logIn(page);
  await page.goto("/templates/new");
  await page.getByLabel("模板名称").fill(`浏览器测试 ${Date.now()}`);
  const text = page.getByRole("textbox", { name: "正文" });
  await text.click();
  await page.keyboard.type("您好，");
  await page.getByRole("combobox", { name: "插入变量" }).first().click();
  await page.getByTitle("姓名", { exact: true }).click();
  await expect(text).toHaveText("您好，姓名");
  const phone = page.getByRole("group", { name: "手机上的样子" });
  await expect(phone).toContainText("您好，");
  await expect(phone).not.toContainText("customer.attributes");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page).toHaveURL(/\/templates\/\d+$/);
});

test("a reward package is made and shows its stock", async ({ page }) => {
  await logIn(page);
  const name = `浏览器测试 ${Date.now()}`;
  await page.goto("/rewards/new");
  await page.getByLabel("礼包名称").fill(name);
  await page.locator("#item-0-name").fill("满 200 减 20");
  await page.locator("#item-0-threshold").fill("200");
  await page.locator("#item-0-discount").fill("20");
  await page.getByLabel("库存").fill("500");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page).toHaveURL(/\/rewards\/\d+$/);
  await page.goto("/rewards");
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("满 200 减 20");
  await expect(row).toContainText("剩 500，已发 0");
});

test("an audience from a pasted list says which ids it does not know", async ({ page }) => {
  await logIn(page);
  await page.goto("/audiences/new?kind=static");
  await page.getByLabel("人群名称").fill(`名单 ${Date.now()}`);
  const ids = page.getByLabel("客户编号");
  await ids.fill("nobody-1，nobody-2");
  await expect(page.getByText("已识别 2 个编号")).toBeVisible();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("main").getByRole("alert")).not.toBeEmpty();
  const customers = await page.request.get("/api/v1/customers?page_size=1");
  const known = (await customers.json()).results[0].external_id;
  await ids.fill(`nobody-1，nobody-2\n${known}`);
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("dialog")).toContainText("2 个编号没有对应的客户");
});

test("an API key is shown once, works, and can be revoked", async ({ page }) => {
  await logIn(page);
  const name = `浏览器测试 ${Date.now()}`;
  await page.goto("/settings?part=keys");
  await page.getByRole("button", { name: "新建密钥" }).click();
  await page.getByRole("dialog").getByLabel("名称").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "新建" }).click();
  const key = await page.getByRole("dialog").getByLabel("密钥", { exact: true }).inputValue();
  const answer = await page.request.get("/api/v1/settings", { headers: { Authorization: `Bearer ${key}` } });
  expect(answer.status()).toBe(200);
  await page.getByRole("dialog").getByRole("button", { name: "关闭", exact: true }).last().click();
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByRole("button", { name: "吊销" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "吊销" }).click();
  await expect(row).toContainText("已吊销");
  await expect(page.getByText(key)).toHaveCount(0);
});

test("when the session has ended, the log-in page leads back to where one was", async ({ page }) => {
  await logIn(page);
  await page.goto("/customers");
  await expect(page.locator("tbody a").first()).toBeVisible();
  await page.context().clearCookies({ name: "sessionid" });
  await page.getByRole("link", { name: "模板" }).click();
  await expect(page).toHaveURL(/\/login/);
  await passLogin(page, /\/(templates|customers)$/);
});

test("the language is switched and remembered", async ({ page }) => {
  await logIn(page);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Canvases");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Canvases");
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("画布");
});

test("on a phone the places are at the bottom and nothing overflows", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await logIn(page);
  for (const address of ["/canvases", "/audiences/new?kind=dynamic", "/templates/new", "/settings"]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).not.toBeEmpty();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide, address).toBeLessThanOrEqual(0);
  }
  await page.getByRole("button", { name: "更多" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "渠道" }).click();
  await expect(page).toHaveURL(/\/channels$/);
});
