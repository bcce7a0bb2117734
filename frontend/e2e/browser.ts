/** Finds a Chromium: env CHROMIUM, the system's, else the one that comes as an npm package. Never downloads. */
import { existsSync } from "node:fs";

const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function browserPath(): Promise<string> {
  const given = process.env.CHROMIUM;
  if (given) return given;
  const found = SYSTEM.find((path) => existsSync(path));
  if (found) return found;
  const { default: chromium } = await import("@sparticuz/chromium");
  return chromium.executablePath();
}
