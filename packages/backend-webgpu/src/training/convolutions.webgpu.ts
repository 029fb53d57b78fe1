import { testFusedConvolutions } from "@kindling/testing";
import { describe } from "vitest";
import { expectSame, holds, onBothBackends, onGpu, onWasm } from "./on-both.ts";

describe("convolutions on webgpu", () => {
  onBothBackends();
  testFusedConvolutions({ holds, expectSame, onBackend: onGpu, onWasm });
});
