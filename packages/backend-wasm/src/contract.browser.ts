// The same as contract.test.ts, in a real browser; run from source, where tfjs's binaries are in its own package.
import { describeBackendContract } from "@kindling/testing";
import { expect, test } from "vitest";
import { wasm } from "./wasm.ts";

const backend = wasm({ wasmPath: "/node_modules/@tensorflow/tfjs-backend-wasm/dist/" });

describeBackendContract(backend);

test("current browsers have relaxed SIMD", async () => {
  await backend.activate();
  expect(backend.describe()).toBe("wasm (relaxed SIMD, 1 thread)");
});
