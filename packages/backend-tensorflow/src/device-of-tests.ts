/// <reference types="node" />

/** Where the tests run: test-on-tensorflow.js says so. */
export const DEVICE: "cuda" | "cpu" = process.env.KINDLING_TEST_DEVICE === "cuda" ? "cuda" : "cpu";
