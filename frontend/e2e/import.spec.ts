/** The import wizard on the real server: a CSV in GB18030 and a spreadsheet, from choosing the file to taking it back. */
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { logIn } from "./login";
import { csv, gb18030, xlsx } from "./tables";

/** Rows as a spreadsheet numbers them, the header being 1; their phone numbers went through one and are lost. */
const WRONG = [4, 60];
const ROWS = 119;
const GOOD = ROWS - WRONG.length;

function rows(mark: string): string[][] {
  const body = Array.from({ length: ROWS }, (_, n) => {
    const phone = WRONG.includes(n + 2) ? "1.38E+10" : `199${mark}${String(n).padStart(4, "0")}`;
    return [`E2E-${mark}-${n}`, `测试${n}`, phone, "1990-02-03", "导入测试"];
  });
  return [["会员号", "姓名", "手机号", "生日", "标签"], ...body];
}

const FILES = [
  {
    name: "会员.csv",
    mark: "7301",
    facts: "客户 · CSV · GB18030",
    bytes: (r: string[][]) => gb18030(csv(r)),
  },
  { name: "会员.xlsx", mark: "7302", facts: "客户 · XLSX", bytes: xlsx },
];

function listen(page: Page): string[] {
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  return errors;
}

/** Presses Tab until the element has the focus: whoever has no mouse gets there. */
async function tabTo(page: Page, named: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    if (at === named) return;
  }
  throw new Error(`${named} is not reached by Tab`);
}

async function figure(page: Page, label: string, value: string): Promise<void> {
  const box = page
    .locator("dl, div")
    .filter({ has: page.getByText(label, { exact: true }) })
    .last();
  await expect(box).toContainText(value);
}

for (const { name, mark, facts, bytes } of FILES)
  test(`${name}: guessed, looked at, taken in, its wrong rows fetched, and taken back`, async ({ page }) => {
    test.setTimeout(240_000);
    await logIn(page);
    const errors = listen(page);
    await page.goto("/imports?kind=customers");
    await page
      .getByLabel("选择文件")
      .setInputFiles({ name, mimeType: "application/octet-stream", buffer: bytes(rows(mark)) });

    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await expect(page.getByText(facts)).toBeVisible();
    for (const [column, target] of [
      ["会员号", "客户编号"],
      ["手机号", "手机号"],
      ["标签", "标签"],
    ])
      await expect(page.locator("li").filter({ has: page.getByLabel(`“${column}”对应`) })).toContainText(
        `${target}`,
      );

    await expect(page.getByText("前 100 行：")).toBeVisible();
    await expect(page.getByText("新建 98")).toBeVisible();
    await expect(page.getByText("出错 2", { exact: true })).toBeVisible();
    const preview = page.getByRole("region", { name: "预览" });
    await expect(preview.getByRole("row")).toHaveCount(101);
    await page.getByLabel("只看出错的行").check();
    await expect(preview.getByRole("row")).toHaveCount(1 + WRONG.length);
    await expect(preview).toContainText("科学计数法");
    await expect(preview).toContainText("测试2");

    await tabTo(page, "开始导入");
    await page.keyboard.press("Enter");
    await expect(page.getByText("已完成")).toBeVisible({ timeout: 90_000 });
    await figure(page, "新建客户", String(GOOD));
    await figure(page, "出错行数", String(WRONG.length));

    const coming = page.waitForEvent("download");
    await page.getByText(`下载出错的 ${WRONG.length} 行`).click();
    const told = readFileSync(await (await coming).path(), "utf8")
      .replace("\ufeff", "")
      .trim()
      .split("\r\n");
    expect(told).toHaveLength(1 + WRONG.length);
    WRONG.forEach((row, i) => {
      expect(told[i + 1]).toContain(`"${row}","手机号"`);
      expect(told[i + 1]).toContain(`E2E-${mark}-${row - 2}`);
    });

    await tabTo(page, "撤销导入");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toContainText("撤销这次导入？");
    await tabTo(page, "撤销导入");
    await page.keyboard.press("Enter");
    await expect(page.getByText("已撤销")).toBeVisible({ timeout: 90_000 });
    await figure(page, "删除的新客户", String(GOOD));
    expect(errors).toEqual([]);
  });
