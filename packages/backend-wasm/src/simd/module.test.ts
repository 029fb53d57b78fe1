import { afterEach, expect, test, vi } from "vitest";
import { bestBuild, loadTrainingKernels } from "./module.ts";

const { validate } = WebAssembly;
afterEach(() => {
  vi.restoreAllMocks();
});

/** Makes the engine one that lacks relaxed SIMD, whose probe is the longer one. */
function withoutRelaxedSimd(): void {
  vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) => {
    return bytes.byteLength < 36 && validate(bytes);
  });
}

test("the plain build serves an engine without relaxed SIMD, none one without SIMD", () => {
  withoutRelaxedSimd();
  expect(bestBuild()).toBe("simd");
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(bestBuild()).toBe(null);
});

test("works on a memory that threads share", async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const kernels = await loadTrainingKernels(memory, "simd");
  const floats = new Float32Array(memory.buffer, 1024, 3);
  floats.set([-1, 2, 3]);
  kernels.relu(1024, 1024, 3);
  expect([...floats]).toEqual([0, 2, 3]);
});
