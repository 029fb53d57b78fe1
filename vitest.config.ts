import { defineConfig } from "vitest/config";

// Packages are tested from their sources: every `exports` has this condition first.
const SOURCE = "@kindling/source";

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
      "{parity,examples,config,benchmarks}/**/*.test.ts",
    ],
    setupFiles: ["./config/vitest.setup.ts"],
    testTimeout: 30_000,
    // Node 20 has relaxed SIMD behind this flag: both builds of backend-wasm's side module are tested.
    execArgv: ["--experimental-wasm-relaxed-simd"],
    typecheck: { enabled: false },
    server: { deps: { inline: [/tfjs-core[\\/]dist[\\/](?!tf-core)/] } },
  },
});
