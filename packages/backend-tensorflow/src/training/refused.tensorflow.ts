import { testRefusedCalls } from "@kindling/testing";
import { describe } from "vitest";
import { native, onBothBackends } from "./on-both.ts";

describe("calls that are refused on tensorflow", () => {
  onBothBackends();
  testRefusedCalls("tensorflow", () => [native().numDataIds(), native().binding.getNumOfTensors()]);
});
