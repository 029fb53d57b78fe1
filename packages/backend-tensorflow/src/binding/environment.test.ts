import { expect, test } from "vitest";
import { checkOptions, variablesFor } from "./environment.ts";

test("on the CPU no GPU is visible, and all cores are TensorFlow's own choice", () => {
  expect(variablesFor({ device: "cpu" }, { CUDA_VISIBLE_DEVICES: "0" })).toEqual({
    CUDA_VISIBLE_DEVICES: "-1",
    TF_CPP_MIN_LOG_LEVEL: "3",
    ONEDNN_MAX_CPU_ISA: "AVX2",
  });
});

test("a number of threads is told to TensorFlow, on any device", () => {
  for (const device of ["cpu", "cuda", "auto"] as const) {
    expect(variablesFor({ device, intraOpThreads: 3 }, {}).TF_NUM_INTRAOP_THREADS).toBe("3");
  }
});

test("on a GPU it is the first one, grows, and computes in float32", () => {
  expect(variablesFor({}, {})).toEqual({
    CUDA_VISIBLE_DEVICES: "0",
    NVIDIA_TF32_OVERRIDE: "0",
    TF_CPP_MIN_LOG_LEVEL: "3",
    ONEDNN_MAX_CPU_ISA: "AVX2",
    TF_ENABLE_MAXPOOL_NANPROP: "1",
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
  });
});

test("what the user has set stays", () => {
  const set = {
    NVIDIA_TF32_OVERRIDE: "1",
    TF_CPP_MIN_LOG_LEVEL: "0",
    ONEDNN_MAX_CPU_ISA: "DEFAULT",
    TF_FORCE_GPU_ALLOW_GROWTH: "false",
  };
  expect(variablesFor({}, set)).toMatchObject(set);
  expect(variablesFor({ memoryGrowth: true }, set).TF_FORCE_GPU_ALLOW_GROWTH).toBe("true");
});

test.each([
  [undefined, 2, "2"],
  ["4, 6", 1, "6"],
  ["4,6", undefined, "4"],
  ["", undefined, ""],
  ["-1", 3, "-1"],
  ["GPU-8f3,GPU-a77", 1, "GPU-a77"],
])("with CUDA_VISIBLE_DEVICES %o, GPU %o is %o", (visible, gpu, expected) => {
  const options = gpu === undefined ? {} : { gpu };
  expect(variablesFor(options, { CUDA_VISIBLE_DEVICES: visible }).CUDA_VISIBLE_DEVICES).toBe(
    expected,
  );
});

test("a GPU that is not among the visible ones is an error", () => {
  expect(() => variablesFor({ gpu: 2 }, { CUDA_VISIBLE_DEVICES: "4,6" })).toThrow(
    "tensorflow: expected gpu to be below 2, the GPUs in CUDA_VISIBLE_DEVICES=4,6, got 2",
  );
});

test.each([
  [{ device: "gpu" as "cuda" }, "expected the device to be cuda, cpu or auto, got gpu"],
  [{ gpu: -1 }, "expected gpu to be an integer from 0, got -1"],
  [{ intraOpThreads: 0 }, "expected intraOpThreads to be an integer from 1, got 0"],
])("%o is an error", (options, message) => {
  expect(() => checkOptions(options)).toThrow(message);
});
