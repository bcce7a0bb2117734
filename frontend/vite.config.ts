import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.CANVAS_BACKEND ?? "http://127.0.0.1:8000";

/** Files are served by Django under /static/app/; the API is same-origin, so development proxies it. */
export default defineConfig(({ command }) => ({
  base: command === "build" ? "/static/app/" : "/",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "dist",
    manifest: true,
    target: ["chrome87", "safari14"],
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // Ant Design's parts only define things but do not say so: without this the validating form, which nobody uses
      // here, is in every first load because a dialog names its context.
      treeshake: { moduleSideEffects: [{ test: /node_modules\/@rc-component\//, sideEffects: false }] },
    },
  },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": { target: backend, changeOrigin: false } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    testTimeout: 15000,
  },
}));
