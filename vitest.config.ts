import { defineConfig } from "vitest/config";

// Packages are tested from their sources: every `exports` has this condition first.
const SOURCE = "@kindling/source";

// For both builds of backend-wasm's side module. Later Nodes have it without the flag, and refuse the flag.
const RELAXED_SIMD = process.version.startsWith("v20.") ? ["--experimental-wasm-relaxed-simd"] : [];

export default defineConfig({
  resolve: { conditions: [SOURCE, "module", "node", "development|production"] },
  ssr: {
    resolve: {
      conditions: [SOURCE, "module", "node", "development|production"],
      externalConditions: [SOURCE, "node"],
    },
  },
  test: {
    include: [
      "{packages,apps}/*/src/**/*.test.ts",
      "apps/*/web/src/**/*.test.ts",
      "{parity,examples,config,benchmarks,published,docs}/**/*.test.ts",
    ],
    setupFiles: ["./config/vitest.setup.ts"],
    testTimeout: 30_000,
    execArgv: RELAXED_SIMD,
    typecheck: { enabled: false },
    server: { deps: { inline: [/tfjs-core[\\/]dist[\\/](?!tf-core)/] } },
  },
});
