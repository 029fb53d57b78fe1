import { expect, test } from "vitest";
import { backendLine } from "./backend-line.ts";

const wasm = { name: "wasm", description: "wasm (SIMD, 1 thread)" };

test("says that the backend was asked for", () => {
  expect(backendLine({ ...wasm, asked: true, skipped: [] })).toBe(
    "Runs on wasm (SIMD, 1 thread) · because the address asks for it (?backend=wasm)",
  );
});

test("says why each other one was not taken, or that this is the first", () => {
  const skipped = [{ name: "webgpu", reason: "no GPU adapter was found" }];
  expect(backendLine({ ...wasm, asked: false, skipped })).toMatch(
    /· webgpu not used: no GPU adapter was found$/,
  );
  const gpu = { name: "webgpu", description: "webgpu (nvidia ampere)", asked: false, skipped: [] };
  expect(backendLine(gpu)).toBe("Runs on webgpu (nvidia ampere) · the fastest there is here");
});
