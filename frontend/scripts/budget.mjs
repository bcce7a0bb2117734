/** Fails when the first load of the list page or the editor is heavier than editor.md §4.6 allows. Reads the built manifest. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGETS = { "src/features/canvas-list/CanvasListPage.tsx": 290, "src/app/routes/editor.tsx": 420 };
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));

function closure(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const next of chunk.imports ?? []) closure(next, seen);
  return seen;
}

function weight(keys) {
  const files = new Set();
  for (const key of keys)
    for (const file of [manifest[key].file, ...(manifest[key].css ?? [])]) files.add(file);
  let bytes = 0;
  for (const file of files) bytes += gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  return bytes / 1024;
}

let failed = false;
for (const [route, limit] of Object.entries(BUDGETS)) {
  const keys = closure(route, closure("index.html"));
  if (!manifest[route]) throw new Error(`no chunk for ${route} in the manifest`);
  const kb = weight(keys);
  const verdict = kb <= limit ? "ok" : "TOO HEAVY";
  console.log(`${route}: ${kb.toFixed(1)} KB gzip of ${limit} — ${verdict}`);
  failed ||= kb > limit;
}
process.exit(failed ? 1 : 0);
