/**
 * Finds a Chromium: env CHROMIUM, the system's, else the one that comes as an npm package together with the few
 * libraries that a bare Debian lacks. Never downloads.
 */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LaunchOptions } from "@playwright/test";

const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
// The package unpacks its libraries only where it believes to be: this is how one tells it.
const RUNTIME = "AWS_LAMBDA_JS_RUNTIME";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function packaged(): Promise<LaunchOptions> {
  const before = { ...process.env };
  process.env[RUNTIME] = "nodejs22.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  const executablePath = await chromium.executablePath();
  // What the package sets is for the browser alone: the server started by the tests must not get its libraries.
  for (const name of [RUNTIME, "LD_LIBRARY_PATH", "FONTCONFIG_PATH"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  const libraries = path.join(tmpdir(), "al2023", "lib");
  return {
    executablePath,
    args: ARGS,
    env: { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string>,
  };
}

export async function browser(): Promise<LaunchOptions> {
  const found = process.env.CHROMIUM || SYSTEM.find((file) => existsSync(file));
  return found ? { executablePath: found, args: ARGS } : packaged();
}
