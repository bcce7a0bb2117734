/**
 * Global set-up: with BASE_URL in the environment the tests run against that server (log-in: CANVAS_E2E_LOGIN);
 * else `../canvas up` is started on a free port with a data directory of its own, and stopped afterwards.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const READY_WITHIN = 300_000;
const STOPPED_WITHIN = 30_000;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Resolves with the address that the start script prints; its output goes into the error when it fails. */
function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string) => reject(new Error(`${why}\n${said.slice(-4000)}`));
    const timer = setTimeout(() => fail("the server was not ready in time"), READY_WITHIN);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /^ready (http:\S+)/m.exec(said)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => fail(`canvas up ended with ${code}`));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const late = new Promise((done) => setTimeout(done, STOPPED_WITHIN, "late"));
  if ((await Promise.race([ended, late])) === "late") child.kill("SIGKILL");
}

export default async function startServer(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.BASE_URL) return undefined;
  const data = mkdtempSync(path.join(tmpdir(), "canvas-e2e-"));
  const port = await freePort();
  const canvas = path.resolve(import.meta.dirname, "../../canvas");
  const child = spawn(canvas, ["up", "--port", String(port), "--data", data], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const finish = async () => {
    await stop(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    process.env.BASE_URL = await ready(child);
  } catch (error) {
    await finish();
    throw error;
  }
  process.env.CANVAS_DATA_DIR = data;
  process.env.CANVAS_E2E_LOGIN ??= readFileSync(path.join(data, "secrets", "demo-login"), "utf8");
  return finish;
}
