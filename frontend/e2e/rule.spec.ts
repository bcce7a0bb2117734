/** The rule builder without a mouse: three levels, counted line by line, saved. */
import { expect, type Page, test } from "@playwright/test";
import { logIn } from "./login";

/** Walks with Tab until the focus is on a button of this name. */
async function reach(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 120; steps += 1) {
    const here = await page.evaluate(() => {
      const active = document.activeElement;
      return active?.getAttribute("aria-label") ?? active?.textContent?.trim() ?? "";
    });
    if (here === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${name} with Tab`);
}

async function addCondition(page: Page, typed: string): Promise<void> {
  await reach(page, "添加条件");
  await page.keyboard.press("Enter");
  await expect(page.getByPlaceholder("找条件：属性、事件、标签…")).toBeFocused();
  await page.keyboard.type(typed);
  await expect(page.locator("[data-choice]").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByPlaceholder("找条件：属性、事件、标签…")).toHaveCount(0);
}

async function addGroup(page: Page): Promise<void> {
  await reach(page, "添加条件组");
  await page.keyboard.press("Enter");
}

test("a rule of three levels by keyboard alone: every line is counted, and it is saved", async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page);
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const name = `键盘 ${Date.now()}`;
  await page.goto("/audiences/new?kind=dynamic");
  await page.getByLabel("人群名称").focus();
  await page.keyboard.type(name);
  await addCondition(page, "zhifu");
  await addGroup(page);
  await addCondition(page, "order.created");
  await addGroup(page);
  await addCondition(page, "liulanshangpin");
  const counts = page.getByTestId("line-count");
  await expect(counts).toHaveCount(5); // three conditions and two groups
  await expect(page.getByTestId("rule-count")).toHaveText(/^([\d,]+ 人|没有客户符合)$/);
  await page.getByLabel("人群名称").focus();
  await page.keyboard.press("Shift+Tab");
  await reach(page, "保存");
  const saved = page.waitForRequest(
    (request) => request.method() === "POST" && /audiences$/.test(request.url()),
  );
  await page.keyboard.press("Enter");
  const rule = ((await saved).postDataJSON() as { rule: unknown }).rule;
  expect(rule).toMatchObject({
    all: [
      { event: "order.paid" },
      { any: [{ event: "order.created" }, { all: [{ event: "product.viewed" }] }] },
    ],
  });
  await expect(page).toHaveURL(/\/audiences\/\d+$/);
  expect(errors).toEqual([]);
});
