import "@tensorflow/tfjs-backend-cpu";
import {
  batchNorm,
  customGrad,
  memory,
  mul,
  neg,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError, valueAndGrad } from "./index.ts";

const read = (t: Tensor | null | undefined): number[] => [...(t?.dataSync() ?? [])];
const total = (t: Tensor): Scalar => sum(t);

describe("valueAndGrad", () => {
  test("returns the value and a gradient for each parameter", () => {
    const x = tensor1d([1, 2, 3]);
    const y = tensor1d([4, 5, 6]);
    const unused = tensor1d([7]);
    const before = memory().numTensors;
    const { value, gradients } = valueAndGrad(() => total(mul(square(x), y)), [x, y, unused]);
    expect(read(value)).toEqual([4 + 20 + 54]);
    expect(read(gradients[0])).toEqual([8, 20, 36]);
    expect(read(gradients[1])).toEqual([1, 4, 9]);
    expect(gradients[2]).toBeNull();
    expect(memory().numTensors).toBe(before + 3);
  });

  test("nests: second derivatives", () => {
    const x = tensor1d([1, 2, 3]);
    const before = memory().numTensors;
    const { gradients } = valueAndGrad(() => {
      const inner = valueAndGrad(() => total(mul(square(x), x)), [x]);
      return total(inner.gradients[0] as Tensor);
    }, [x]);
    expect(read(gradients[0])).toEqual([6, 12, 18]);
    gradients[0]?.dispose();
    expect(memory().numTensors).toBe(before + 1);
  });

  test("leaks nothing when f, an op with its own gradient, or a gradient throws", () => {
    const x = tensor1d([1, 2, 3]);
    const failing = customGrad((...inputs) => {
      const [a, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
      save([a]);
      throw new Error("forward");
    });
    const failingLater = customGrad((...inputs) => {
      const [a, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
      save([a]);
      return {
        value: neg(a),
        gradFunc: () => {
          throw new Error("backward");
        },
      };
    });
    const before = memory();
    const throwing = (f: () => Scalar, message: string): void => {
      expect(() => valueAndGrad(f, [x])).toThrow(message);
      expect(memory().numTensors).toBe(before.numTensors);
      expect(memory().numBytes).toBe(before.numBytes);
    };
    throwing(() => {
      square(mul(x, x));
      throw new Error("user");
    }, "user");
    throwing(() => total(failing(square(x))), "forward");
    throwing(() => total(square(failingLater(square(x)))), "backward");
    throwing(() => square(x) as unknown as Scalar, "expected input of shape []");
    throwing(() => Promise.resolve() as unknown as Scalar, "must not be async");
    // and the next run is clean
    expect(read(valueAndGrad(() => total(square(x)), [x]).gradients[0])).toEqual([2, 4, 6]);
  });

  test("takes an op's optional inputs that were left out", () => {
    const x = tensor2d([
      [1, 2],
      [3, 5],
    ]);
    const scale = tensor1d([2, 3]);
    const statistics = tensor1d([1, 1]);
    const { value, gradients } = valueAndGrad(
      () => total(batchNorm(x, statistics, statistics, undefined, scale, 0)),
      [x, scale],
    );
    expect(read(value)).toEqual([0 * 2 + 1 * 3 + 2 * 2 + 4 * 3]);
    expect(read(gradients[0])).toEqual([2, 3, 2, 3]);
    expect(read(gradients[1])).toEqual([2, 5]);
  });

  test("names its errors", () => {
    const x = tensor1d([1, 2]);
    expect(() => valueAndGrad(() => x as unknown as Scalar, [x])).toThrow(ShapeError);
    expect(() => valueAndGrad(() => undefined as unknown as Scalar, [x])).toThrow(ArgumentError);
  });
});
