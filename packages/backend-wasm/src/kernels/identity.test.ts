import { engine, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  arrayOf,
  DTYPES,
  describeOnBuilds,
  onBackend,
  readBack,
  wasmBackend,
} from "./on-builds.ts";

const identity = (x: Tensor): Tensor => engine().runKernel("Identity", { x });

describeOnBuilds("Identity", () => {
  test.each(DTYPES)("shares memory, and each %s is freed by itself", (dtype) => {
    for (const shape of [[], [0], [3], [2, 5]]) {
      const values = arrayOf(dtype, 3, shape);
      for (const first of [0, 1]) {
        const before = wasmBackend().numDataIds();
        const x = onBackend(values);
        const y = identity(x);
        expect([y.shape, y.dtype, y.dataId]).toEqual([x.shape, x.dtype, x.dataId]);
        expect(wasmBackend().numDataIds()).toBe(before + 1);
        const [gone, left] = (first === 0 ? [x, y] : [y, x]) as [Tensor, Tensor];
        gone.dispose();
        expect(readBack(left)).toEqual(values);
        left.dispose();
        expect(wasmBackend().numDataIds()).toBe(before);
      }
    }
  });

  test("of an identity, and of strings", () => {
    const before = wasmBackend().numDataIds();
    const x = tensor(["a", "b"]);
    const y = identity(x);
    const z = identity(y);
    for (const copy of [x, y, z]) {
      expect(z.dataSync()).toEqual(["a", "b"]);
      copy.dispose();
    }
    expect(wasmBackend().numDataIds()).toBe(before);
  });
});
