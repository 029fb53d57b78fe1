// What is published, as those who install it get it: npm run test:published, after npm run build.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["published/**/*.published.ts"],
    globalSetup: ["published/staging/stage-once.ts"],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
