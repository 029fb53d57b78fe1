import { selectBackend } from "@kindling/core";
import { stockKernels } from "@kindling/core/kernels";
import { expectClose } from "@kindling/testing";
import "@tensorflow/tfjs-backend-cpu";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  engine,
  env,
  matMul,
  memory,
  mod,
  type NamedAttrMap,
  range,
  reshape,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { TRAINING_KERNELS } from "../training/index.ts";
import { adapterOf } from "../watch.ts";
import { webgpu } from "../webgpu.ts";
import { KERNELS } from "./register.ts";
import { runStockMany } from "./stock.ts";
import type { Input, Wrong } from "./stock-faults.ts";
import { AXIS_FAULTS } from "./stock-faults-axes.ts";
import { ELEMENT_FAULTS } from "./stock-faults-elements.ts";
import { PLACE_FAULTS } from "./stock-faults-places.ts";

const WRONG: readonly Wrong[] = [...ELEMENT_FAULTS, ...AXIS_FAULTS, ...PLACE_FAULTS];

/** As the contract. */
const TOLERANCE = 1e-5;

describe("tfjs's own WebGPU kernels", () => {
  beforeAll(async () => {
    await selectBackend(webgpu());
  });

  test("run on the GPU, however small the tensor", () => {
    expect(env().getBool("WEBGPU_CPU_FORWARD")).toBe(false);
  });

  test("each one replaced is wrong below, or a kernel of training", () => {
    const training = TRAINING_KERNELS.map(({ kernelName }) => kernelName);
    const reasons = new Set([...WRONG.map(({ kernel }) => kernel), ...training]);
    expect([...stockKernels("webgpu").keys()].filter((name) => !reasons.has(name))).toEqual([]);
  });

  test("each kernel is registered once", () => {
    const names = KERNELS.map(({ kernelName }) => kernelName);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test.each(WRONG)("$kernel: tfjs's $what, Kindling's does not", async (wrong) => {
    const before = memory();
    await matches(wrong, ours);
    expect(memory().numTensors, "tensors left behind").toBe(before.numTensors);
    expect(memory().numDataBuffers, "buffers left behind").toBe(before.numDataBuffers);
    // A real GPU may well do what its driver need not.
    if (wrong.driver && adapterOf(running())?.software !== true) return;
    await expect(matches(wrong, stock)).rejects.toThrow();
  });

  test("matMul of a long inner axis: tfjs's choice of program is wrong, Kindling's is not", async () => {
    const product = () =>
      tidy(() => {
        const a = reshape(mod(range(0, 32_768), 7), [16, 2048]);
        const b = reshape(mod(range(0, 32_768), 5), [16, 2048]);
        return matMul(a, b, false, true);
      });
    const first = async () => {
      const output = product();
      const values = await output.data();
      output.dispose();
      return Array.from(values.slice(0, 3));
    };
    expect(await first()).toEqual([12_267, 12_281, 12_285]);
    const choice = env().getNumber("WEBGPU_MATMUL_PROGRAM_TYPE");
    env().set("WEBGPU_MATMUL_PROGRAM_TYPE", -1);
    const wrong = await first().finally(() => env().set("WEBGPU_MATMUL_PROGRAM_TYPE", choice));
    expect(wrong).not.toEqual([12_267, 12_281, 12_285]);
  });
});

type Run = (kernel: string, inputs: Record<string, Tensor>, attributes: object) => Tensor[];

const ours: Run = (kernel, inputs, attributes) => {
  const outputs = engine().runKernel(kernel, inputs, attributes as NamedAttrMap);
  return [outputs as Tensor | Tensor[]].flat();
};

const stock: Run = (kernel, inputs, attributes) =>
  runStockMany(kernel, inputs, attributes, running()).map((output) =>
    engine().makeTensorFromTensorInfo(output),
  );

async function matches(wrong: Wrong, run: Run): Promise<void> {
  const { kernel, inputs, attributes = {}, expected, first } = wrong;
  if (first) tidy(() => void run(kernel, tensorsOf(first), attributes));
  const outputs = tidy(() => run(kernel, tensorsOf(inputs), attributes));
  const values = await Promise.all(outputs.map((output) => output.data()));
  for (const output of outputs) output.dispose();
  values.forEach((received, i) => {
    // Integers are right or wrong.
    const tolerance = received instanceof Float32Array ? TOLERANCE : 0;
    expectClose(received, expected[i] ?? [], { tolerance, title: `output ${i}` });
  });
}

function tensorsOf(inputs: Readonly<Record<string, Input>>): Record<string, Tensor> {
  const list = Object.entries(inputs).map(([name, [values, shape, dtype]]) => {
    return [name, tensor([...values], [...shape], dtype ?? "float32")] as const;
  });
  return Object.fromEntries(list);
}

function running(): WebGPUBackend {
  return engine().backend as WebGPUBackend;
}
