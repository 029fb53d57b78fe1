import { testRefusedCalls } from "@kindling/testing";
import { describe } from "vitest";
import { gpu, onBothBackends } from "./on-both.ts";

describe("calls that are refused on webgpu", () => {
  onBothBackends();
  testRefusedCalls("webgpu", () => [gpu().numDataIds(), gpu().memory().numBytesInGPU ?? 0]);
});
