import { testFusedConvolutions } from "@kindling/testing";
import { describe } from "vitest";
import { expectSame, holds, onBothBackends, onTensorflow, onWasm } from "./on-both.ts";

describe("convolutions on tensorflow", () => {
  onBothBackends();
  testFusedConvolutions({ holds, expectSame, onBackend: onTensorflow, onWasm });
});
