import type { UserConfig } from "vite";
import { mnistFiles } from "./plugins/mnist-files.ts";
import { tfjsBinaries } from "./plugins/tfjs-binaries.ts";

const config: UserConfig = {
  root: import.meta.dirname,
  // Any folder of any server: every URL is relative to the page or to the module that asks.
  base: "./",
  // The packages from their sources: no build before this one.
  resolve: { conditions: ["@kindling/source", "module", "browser", "development|production"] },
  // Known from the start: found later, they would make a development server load the page twice.
  optimizeDeps: {
    include: [
      "@tensorflow/tfjs-core",
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-backend-webgpu",
    ],
  },
  plugins: [mnistFiles(), tfjsBinaries()],
  worker: { format: "es", plugins: () => [mnistFiles(), tfjsBinaries()] },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    // The worker is one file with tfjs in it.
    chunkSizeWarningLimit: 1500,
  },
};

export default config;
