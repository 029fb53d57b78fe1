import { defineConfig } from "vitest/config";

// What the compiler accepts, infers and rejects of the public surface. Nothing is run.
export default defineConfig({
  test: {
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      include: ["packages/*/src/**/*.test-d.ts"],
      tsconfig: "packages/testing/tsconfig.types.json",
    },
  },
});
