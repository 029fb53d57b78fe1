// Tests that run inside a real browser: npm run test:browser.
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_ARGUMENTS, findChromium } from "./config/chromium.ts";

export default defineConfig({
  resolve: { conditions: ["@kindling/source", "module", "browser", "development|production"] },
  test: {
    include: ["packages/*/src/**/*.browser.ts"],
    setupFiles: ["./config/vitest.setup.ts"],
    testTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
