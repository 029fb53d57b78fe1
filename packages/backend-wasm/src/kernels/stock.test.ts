import { stockKernels } from "@kindling/core/kernels";
import { activateBackend, expectClose, expectTensors } from "@kindling/testing";
import {
  engine,
  fill,
  findBackendFactory,
  type NamedAttrMap,
  registerBackend,
  removeBackend,
  type Tensor,
  type TensorInfo,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, test } from "vitest";
import type { BackendWasm } from "./kernel.ts";
import { KERNELS } from "./register.ts";
import { runStock } from "./stock.ts";
import type { Wrong } from "./stock-faults.ts";
import { VALUE_FAULTS } from "./stock-faults-values.ts";
import { WINDOW_FAULTS } from "./stock-faults-windows.ts";

const WRONG: readonly Wrong[] = [...WINDOW_FAULTS, ...VALUE_FAULTS];

/** Replaced because ours is several times as fast, not because tfjs's is wrong. */
const FASTER = [
  ...["Conv2DBackpropInput", "EluGrad", "Identity", "Relu", "Transpose"],
  ...["Add", "Sub", "Multiply", "RealDiv", "FusedBatchNorm"],
  ...["Exp", "Rsqrt", "Sqrt", "Tanh"],
];

/** As tfjs, with room for the order of a sum. */
const TOLERANCE = 1e-6;

describe("tfjs's own wasm kernels", () => {
  // Each on a heap of its own: several of tfjs's kernels write past the end of their output.
  beforeEach(async () => {
    await activateBackend("wasm");
    const factory = findBackendFactory("wasm");
    // tfjs's own trips over the damage.
    wasmBackend().dispose = () => {};
    removeBackend("wasm");
    registerBackend("wasm", factory);
    await activateBackend("wasm");
  });

  test("each one replaced is wrong above or slower", () => {
    const reasons = new Set([...WRONG.map(({ kernel }) => kernel), ...FASTER]);
    expect([...stockKernels("wasm").keys()].filter((name) => !reasons.has(name))).toEqual([]);
  });

  test("each kernel is registered once", () => {
    const names = KERNELS.map(({ kernelName }) => kernelName);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(WRONG)("$kernel: tfjs's $what, Kindling's does not", async (wrong) => {
    await expectTensors(() => expect(matches(wrong, ours)).toBe(true));
    expect(matches(wrong, stock)).toBe(false);
  });
});

type Run = (kernel: string, inputs: Record<string, Tensor>, attributes: object) => TensorInfo[];

const ours: Run = (kernel, inputs, attributes) => {
  const outputs = engine().runKernel(kernel, inputs, attributes as NamedAttrMap);
  return [outputs as Tensor | Tensor[]].flat();
};

const stock: Run = (kernel, inputs, attributes) => {
  const outputs: TensorInfo | TensorInfo[] = runStock(kernel, inputs, attributes, wasmBackend());
  return [outputs].flat().map((output) => engine().makeTensorFromTensorInfo(output));
};

function matches({ kernel, inputs, attributes = {}, expected }: Wrong, run: Run): boolean {
  return tidy(() => {
    const tensors = Object.entries(inputs).map(([name, [values, shape, dtype]]) => {
      return [name, tensor([...values], [...shape], dtype ?? "float32")] as const;
    });
    soil(expected.map(({ length }) => length));
    try {
      run(kernel, Object.fromEntries(tensors), attributes).forEach((output, i) => {
        expectClose(wasmBackend().readSync(output.dataId) as Float32Array, expected[i] ?? [], {
          tolerance: TOLERANCE,
        });
      });
      return true;
    } catch {
      return false;
    }
  });
}

// Makes holes of the outputs' sizes in the heap, full of sevens. Every other piece stays, lest the holes
// become one.
function soil(sizes: readonly number[]): void {
  for (const size of sizes) {
    const pieces = Array.from({ length: 16 }, () => fill([size], 7));
    pieces.forEach((piece, i) => {
      if (i % 2 === 0) piece.dispose();
    });
  }
}

function wasmBackend(): BackendWasm {
  return engine().backend as BackendWasm;
}
