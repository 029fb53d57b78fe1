// Tests that use the built demo page as a person would, in Chromium driven by Playwright: npm run test:page.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["apps/mnist-demo/web-tests/*.page.ts"],
    globalSetup: ["apps/mnist-demo/web-tests/serve.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
