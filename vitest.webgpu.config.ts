import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

// Tests that need a GPU, here in Node by Dawn: start them with packages/backend-webgpu/test-in-node.js, which
// names a driver. They are `*.webgpu.ts`, so that `npm test` leaves them alone.
const config = mergeConfig(base, defineConfig({}));

export default {
  ...config,
  test: {
    ...config.test,
    include: ["{packages,parity}/**/*.webgpu.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Dawn does not survive two threads of one process.
    pool: "forks" as const,
    // A software GPU takes all cores by itself.
    fileParallelism: false,
  },
};
