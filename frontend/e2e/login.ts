/** Logging in to the server under test. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, type Page } from "@playwright/test";

/** "user / password": from the environment, else from the data directory of the server under test. */
export function demoLogin(): [string, string] {
  const file = path.join(process.env.CANVAS_DATA_DIR ?? "../var", "secrets", "demo-login");
  const line = process.env.CANVAS_E2E_LOGIN ?? (existsSync(file) ? readFileSync(file, "utf8") : "");
  const [user = "", password = ""] = line.trim().split(/\s+\/\s+/);
  return [user, password];
}

/** At the log-in page already: fills it in and waits for the page that follows. */
export async function passLogin(page: Page, arrival = /\/canvases$/): Promise<void> {
  const [user, password] = demoLogin();
  await page.getByLabel("用户名").fill(user);
  await page.locator("#password").fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page).toHaveURL(arrival);
}

export async function logIn(page: Page): Promise<void> {
  await page.goto("/login");
  await passLogin(page);
}
