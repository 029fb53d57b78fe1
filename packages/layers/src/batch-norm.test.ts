import { ArgumentError, ShapeError, valueAndGrad } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose, values } from "@kindling/testing";
import {
  mul,
  ones,
  type Scalar,
  square,
  sum,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { BatchNorm1d, BatchNorm2d, batchNorm } from "./index.ts";

describeModule("BatchNorm2d", {
  make: () => new BatchNorm2d(2),
  input: [2, 2, 3, 2],
  output: [2, 2, 3, 2],
  prints:
    "BatchNorm2d(2, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)",
  rejects: [[2, 2, 3, 4], [6, 2], [1, 1, 1, 2], []],
});

describeModule("BatchNorm2d with nothing of its own", {
  make: () => new BatchNorm2d(2, { affine: false, trackRunningStats: false, momentum: null }),
  input: [2, 2, 3, 2],
  output: [2, 2, 3, 2],
  prints:
    "BatchNorm2d(2, eps=1e-05, momentum=None, affine=False, bias=False, track_running_stats=False)",
});

describeModule("BatchNorm1d", {
  make: () => new BatchNorm1d(3, { momentum: null }),
  input: [4, 3],
  output: [4, 3],
  prints:
    "BatchNorm1d(3, eps=1e-05, momentum=None, affine=True, bias=True, track_running_stats=True)",
  rejects: [[4, 2], [1, 3], [2, 2, 2, 3], [3]],
});

describeOnBackends("batch norm", () => {
  test("tracks the unbiased variance, in training only", () => {
    const layer = new BatchNorm1d(1, { momentum: 0.5 });
    layer.forward(tensor2d([[1], [3]]));
    expectClose(layer.runningMean ?? [], [1]); // halfway from 0 to 2
    expectClose(layer.runningVar ?? [], [1.5]); // halfway from 1 to 2
    layer.eval().forward(tensor2d([[100], [300]]));
    expectClose(layer.runningMean ?? [], [1]);
    expect(values(layer.numBatchesTracked ?? zeros([1]))).toEqual([1]);
  });

  test("evaluates a single sample, which it cannot train on", () => {
    const layer = new BatchNorm2d(1);
    const x: Tensor4D = tensor4d([7], [1, 1, 1, 1]);
    expect(() => layer.forward(x)).toThrow(ShapeError);
    expectClose(layer.eval().forward(x), [7], { tolerance: 1e-5 });
  });

  test("standardises values far from zero", () => {
    const x = tensor2d([[1000], [1001], [1002], [1003]]);
    const y = new BatchNorm1d(1).forward(x);
    // float32 holds 1000.5 exactly; var 1.25.
    expectClose(y, [-1.341635, -0.447212, 0.447212, 1.341635], { tolerance: 1e-4 });
  });

  test("has second derivatives", () => {
    const x = tensor2d([[0.5], [-1], [2]]);
    const weights = tensor2d([[1], [0.3], [-0.7]]);
    const layer = new BatchNorm1d(1, { affine: false });
    const slope = (at: Tensor2D): Scalar => {
      const f = (): Scalar => sum(mul(layer.forward(at), weights));
      const { value, gradients } = valueAndGrad(f, [at]);
      value.dispose();
      return sum(square(gradients[0] ?? at)) as Scalar;
    };
    const [second] = valueAndGrad(() => slope(x), [x]).gradients;
    const h = 1e-2;
    const numeric = [0, 1, 2].map((i) => {
      const moved = (by: number): number => {
        const point = values(x).map((v, j) => [v + (i === j ? by : 0)]);
        return values(slope(tensor2d(point)))[0] as number;
      };
      return (moved(h) - moved(-h)) / (2 * h);
    });
    expectClose(second ?? [], numeric, { tolerance: 2e-3 });
  });

  test("rejects what it cannot do", () => {
    expect(() => new BatchNorm2d(0)).toThrow(ArgumentError);
    expect(() => batchNorm(ones([2, 3]), null, null)).toThrow("running statistics");
    expect(() => new BatchNorm2d(2).forward(zeros([1, 2, 2, 3]))).toThrow(
      "BatchNorm2d: expected input of shape [n, h, w, 2], got [1, 2, 2, 3]",
    );
  });
});
