import { selectBackend } from "@kindling/core";
import { stockKernels } from "@kindling/core/kernels";
import { expectClose } from "@kindling/testing";
import {
  engine,
  getKernel,
  type KernelConfig,
  memory,
  type NamedAttrMap,
  type TensorInfo,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { NodeBackend } from "../binding/node-backend.ts";
import { DEVICE } from "../device-of-tests.ts";
import { tensorflow } from "../tensorflow.ts";
import { TRAINING_KERNELS } from "../training/index.ts";
import { KERNELS } from "./register.ts";
import { VALUE_FAULTS, type Wrong } from "./stock-faults.ts";
import { WINDOW_FAULTS } from "./stock-faults-windows.ts";

const WRONG: readonly Wrong[] = [...VALUE_FAULTS, ...WINDOW_FAULTS];

/** As the contract. */
const TOLERANCE = 1e-5;

describe("tfjs-node's own kernels", () => {
  beforeAll(async () => {
    await selectBackend(tensorflow({ device: DEVICE }));
  });

  test("each one replaced is wrong below, or a kernel of training", () => {
    const training = TRAINING_KERNELS.map(({ kernelName }) => kernelName);
    const reasons = new Set([...WRONG.map(({ kernel }) => kernel), ...training]);
    expect([...stockKernels("tensorflow").keys()].filter((name) => !reasons.has(name))).toEqual([]);
  });

  test("each kernel is registered once", () => {
    const names = KERNELS.map(({ kernelName }) => kernelName);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test.each(WRONG)("$kernel: tfjs-node's $what, Kindling's does not", (wrong) => {
    const before = memory();
    expectRight(wrong, getKernel(wrong.kernel, "tensorflow") as KernelConfig);
    expect(memory().numTensors, "tensors left behind").toBe(before.numTensors);
    expect(memory().numDataBuffers, "buffers left behind").toBe(before.numDataBuffers);
    const stock = stockKernels("tensorflow").get(wrong.kernel) as KernelConfig;
    expect(() => expectRight(wrong, stock)).toThrow();
  });
});

describe("what is done on a GPU, done on the CPU", () => {
  beforeAll(async () => {
    await selectBackend(tensorflow({ device: DEVICE }));
  });

  test.each(WRONG.filter(({ kernel }) => kernel === "MaxPool3DGrad"))("$kernel", (wrong) => {
    const kernel = getKernel(wrong.kernel, "tensorflow") as KernelConfig;
    const onGpu = { isUsingGpuDevice: { value: true } };
    expectRight(wrong, kernel, Object.create(engine().backend, onGpu));
  });

  test("a max pool's gradient with borders goes by the places of its maxima", () => {
    const kernel = getKernel("MaxPool3DGrad", "tensorflow") as KernelConfig;
    const onGpu = { isUsingGpuDevice: { value: true } };
    const wrong: Wrong = {
      kernel: "MaxPool3DGrad",
      what: "",
      inputs: {
        dy: [
          [1, 2, 3, 4],
          [1, 1, 2, 2, 1],
        ],
        input: [
          [-1, -2, -3, -3, -5, -6, -7, -8, -9],
          [1, 1, 3, 3, 1],
        ],
      },
      attributes: { filterSize: [1, 2, 2], strides: [1, 2, 2], pad: 0, dimRoundingMode: "ceil" },
      expected: [1, 0, 2, 0, 0, 0, 3, 0, 4],
    };
    expectRight(wrong, kernel, Object.create(engine().backend, onGpu));
  });
});

function expectRight(
  { inputs, attributes = {}, expected }: Wrong,
  { kernelFunc }: KernelConfig,
  backend: NodeBackend = engine().backend as NodeBackend,
): void {
  const values = tidy(() => {
    const tensors = Object.entries(inputs).map(([name, [values, shape, dtype]]) => {
      return [name, tensor([...values], [...shape], dtype)] as const;
    });
    const call = {
      inputs: Object.fromEntries(tensors),
      attrs: attributes as NamedAttrMap,
      backend,
    };
    const output = [kernelFunc(call)].flat()[0] as TensorInfo;
    return backend.readSync(output.dataId) as Float32Array;
  });
  expectClose(values, [...expected], { tolerance: TOLERANCE });
}
