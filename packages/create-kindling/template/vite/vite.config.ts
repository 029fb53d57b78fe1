import { defineConfig } from "vite";

export default defineConfig({
  // Any folder of any server: every URL is relative to the page.
  base: "./",
  // The worker's packages are found before it starts; found later, they would reload the page.
  optimizeDeps: { entries: ["index.html", "src/worker.ts"] },
  worker: { format: "es" },
  // The worker has all of tfjs-core in it.
  build: { chunkSizeWarningLimit: 1500 },
});
