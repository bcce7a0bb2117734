/** The template editor: variables are chips over Liquid, the phone shows a real customer, a test is really sent. */
import { expect, type Page, test } from "@playwright/test";
import { logIn } from "./login";

function listen(page: Page): string[] {
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  return errors;
}

test("an SMS is written with chips, previewed, saved and tested", async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page);
  const errors = listen(page);
  await page.goto("/templates/new");
  await page.getByLabel("模板名称").fill(`浏览器 ${Date.now()}`);
  const text = page.getByRole("textbox", { name: "正文" });
  await text.click();
  await page.keyboard.type("您好 ");
  await page.getByRole("combobox", { name: "插入变量" }).first().click();
  await page.keyboard.type("xm");
  await page.getByTitle("姓名", { exact: true }).click();
  await expect(text).toHaveText("您好 姓名");
  await page.keyboard.type("，新茶到了");
  await expect(text).toHaveText("您好 姓名，新茶到了");

  // Undo takes what was typed, then the chip by itself as one piece; redo brings both back.
  await page.keyboard.press("Control+z");
  await expect(text).toHaveText("您好 姓名");
  await page.keyboard.press("Control+z");
  await expect(text).toHaveText("您好 ");
  await page.keyboard.press("Control+y");
  await page.keyboard.press("Control+y");
  await expect(text).toHaveText("您好 姓名，新茶到了");

  const phone = page.locator("[data-channel=sms]");
  await expect(phone).toContainText("，新茶到了 拒收请回复R");
  await expect(phone).not.toContainText("{{");
  await expect(page.getByText(/\d+ 字，按 1 条计费/)).toBeVisible();

  await text.locator("span").filter({ hasText: "姓名" }).last().click();
  await page.getByLabel("没有时显示").fill("茶友");
  await page.keyboard.press("Enter");
  await expect(text).toHaveText("您好 姓名（茶友），新茶到了");
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page).toHaveURL(/\/templates\/\d+$/);
  const id = page.url().split("/").pop();
  const kept = await page.evaluate(
    async (key) =>
      ((await (await fetch(`/api/v1/templates/${key}`)).json()) as { content: { text: string } }).content
        .text,
    id,
  );
  expect(kept).toBe('您好 {{ customer.attributes.name | default: "茶友" }}，新茶到了');

  await page.getByRole("button", { name: "发送测试" }).click();
  await page.getByLabel("收件人（手机号、邮箱…）").fill("13800138000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "138****8000" })).toContainText("已被接受");
  expect(errors).toEqual([]);
});

test("a mail is put together from blocks, in English", async ({ page }) => {
  test.setTimeout(120_000);
  await logIn(page);
  await page.getByText("English", { exact: true }).click();
  const errors = listen(page);
  await page.goto("/templates/new");
  await page.getByRole("combobox", { name: "Channel", exact: true }).click();
  await page.getByTitle("Email", { exact: true }).click();
  await page.getByRole("textbox", { name: "Subject" }).first().click();
  await page.keyboard.type("New tea");
  await page.getByRole("button", { name: "Add a block" }).click();
  await page.getByRole("menuitem", { name: "Heading" }).click();
  await page.getByRole("button", { name: "Add a block" }).click();
  await page.getByRole("menuitem", { name: "Button" }).click();
  await page.getByRole("button", { name: "Move Button up" }).click();
  const blocks = page.getByRole("list", { name: "Blocks of the mail" });
  await expect(blocks.getByRole("listitem").first()).toHaveAccessibleName("Button");

  const link = blocks.getByRole("textbox", { name: "Link" });
  await link.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("javascript:alert(1)");
  await expect(blocks.getByRole("alert")).toContainText("Links begin with https://");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("https://shop.example.com/tea");
  await expect(blocks.getByRole("alert")).toHaveCount(0);

  const mail = page.frameLocator("[data-channel=email] iframe");
  await expect(mail.getByRole("link", { name: "Have a look" })).toHaveAttribute(
    "href",
    "https://shop.example.com/tea",
  );
  await expect(mail.getByRole("heading", { name: "Heading" })).toBeVisible();
  await page.getByText("Desktop", { exact: true }).click();
  await expect(
    page.frameLocator("iframe[title=Desktop]").getByRole("heading", { name: "Heading" }),
  ).toBeVisible();
  // Looking into the sandboxed frame, as this test does, is itself reported; the address above is refused with 400.
  expect(errors.filter((text) => !/about:srcdoc|400/.test(text))).toEqual([]);
  await page.getByText("中文", { exact: true }).click();
});
