import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

// Tests that need TensorFlow: start them with packages/backend-tensorflow/test-on-tensorflow.js, which installs it
// into a cache folder. They are `*.tensorflow.ts`, so that `npm test` leaves them alone.
const config = mergeConfig(base, defineConfig({}));

export default {
  ...config,
  test: {
    ...config.test,
    include: ["{packages,parity}/**/*.tensorflow.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A process each: TensorFlow takes its settings once in a process.
    pool: "forks" as const,
    // TensorFlow takes all cores by itself.
    fileParallelism: false,
  },
};
