import { defineConfig } from "@playwright/test";
import { browser } from "./e2e/browser";

// Set by the global set-up for the workers, which read this file again.
const baseURL = process.env.BASE_URL;

/** Against BASE_URL when given, else against a server that e2e/server.ts starts for the time of the tests. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  retries: 0,
  reporter: [["list"]],
  outputDir: "test-results",
  globalSetup: "./e2e/server.ts",
  use: {
    baseURL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: await browser(),
  },
});
