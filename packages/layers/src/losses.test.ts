import { ArgumentError, FUSED, hasKernel, ShapeError, valueAndGrad } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose, values } from "@kindling/testing";
import {
  ones,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  BCEWithLogitsLoss,
  binaryCrossEntropyWithLogits,
  CrossEntropyLoss,
  crossEntropy,
  L1Loss,
  l1Loss,
  logSoftmax,
  MSELoss,
  mseLoss,
  NLLLoss,
  nllLoss,
} from "./index.ts";

const logits = (): Tensor => tensor2d([0.3, -1, 2, 1.5, 0.2, -0.4], [2, 3]);
const labels = (): Tensor => tensor1d([2, 0], "int32");
const targets = (): Tensor => tensor2d([1, 0, 0.5, 1, 1, 0], [2, 3]);

describeModule("CrossEntropyLoss", {
  make: () => new CrossEntropyLoss({ weight: [1, 2, 0.5], labelSmoothing: 0.1 }),
  input: () => [logits(), labels()],
  output: [],
  prints: "CrossEntropyLoss()",
  rejects: [[3, 3], [2], []],
});
describeModule("NLLLoss", {
  make: () => new NLLLoss({ reduction: "none" }),
  input: () => [logSoftmax(logits()), labels()],
  output: [2],
  prints: "NLLLoss()",
  rejects: [[3, 3], [2]],
});
describeModule("MSELoss", {
  make: () => new MSELoss(),
  input: () => [logits(), targets()],
  output: [],
  prints: "MSELoss()",
  rejects: [[2], [2, 1], []],
});
describeModule("L1Loss", {
  make: () => new L1Loss({ reduction: "sum" }),
  input: () => [logits(), targets()],
  output: [],
  prints: "L1Loss()",
  rejects: [[2, 1]],
});
describeModule("BCEWithLogitsLoss", {
  make: () => new BCEWithLogitsLoss({ posWeight: [1, 2, 3] }),
  input: () => [logits(), targets()],
  output: [],
  prints: "BCEWithLogitsLoss()",
  rejects: [[2, 1]],
});

describeOnBackends("class losses", () => {
  const one = (tensor: Tensor): number => values(tensor)[0] as number;

  test.each([3, -1, 1000])("refuse the index %d of three classes, or are NaN", (index) => {
    const wrong = tensor1d([index, 0], "int32");
    expect(one(nllLoss(logits(), wrong, { labelSmoothing: 0 } as object))).toBeNaN();
    if (hasKernel(FUSED.crossEntropy)) {
      const message = `expected class indices from 0 to 2, got ${index} at row 0`;
      expect(() => crossEntropy(logits(), wrong)).toThrow(message);
      return;
    }
    expect(one(crossEntropy(logits(), wrong))).toBeNaN();
    expect(one(crossEntropy(logits(), wrong, { ignoreIndex: 0, reduction: "sum" }))).toBeNaN();
    const [first, second] = values(crossEntropy(logits(), wrong, { reduction: "none" }));
    expect(first).toBeNaN();
    expect(second).toBeGreaterThan(0);
  });

  test("are NaN, as torch's, when every sample is ignored", () => {
    expect(one(crossEntropy(logits(), tensor1d([-100, -100], "int32")))).toBeNaN();
    const sum = crossEntropy(logits(), tensor1d([1, 1], "int32"), {
      ignoreIndex: 1,
      reduction: "sum",
    });
    expect(one(sum)).toBeCloseTo(0);
  });

  test("have second derivatives", () => {
    const x = logits();
    const slope = (at: Tensor): Scalar => {
      const { value, gradients } = valueAndGrad(() => crossEntropy(at, labels()), [at]);
      value.dispose();
      return sum(square(gradients[0] ?? at)) as Scalar;
    };
    const [second] = valueAndGrad(() => slope(x), [x]).gradients;
    const h = 1e-2;
    const numeric = values(x).map((_, i) => {
      const moved = (by: number): number => {
        const point = values(x).map((v, j) => v + (i === j ? by : 0));
        return one(slope(tensor2d(point, [2, 3])));
      };
      return (moved(h) - moved(-h)) / (2 * h);
    });
    expectClose(second ?? [], numeric, { tolerance: 1e-3 });
  });
});

describeOnBackends("losses", () => {
  test("take the weights given as a tensor without owning it", () => {
    const weight = tensor1d([1, 2, 3]);
    const loss = new CrossEntropyLoss({ weight });
    loss.dispose();
    expect(weight.isDisposed).toBe(false);
    expect(Object.keys(new CrossEntropyLoss())).not.toContain("0");
  });

  test("save their weights as torch does", async () => {
    const loss = new BCEWithLogitsLoss({ posWeight: [1, 2] });
    expect(Object.keys(await loss.stateDict())).toEqual(["pos_weight"]);
    expect(Object.keys(await new NLLLoss({ weight: [1] }).stateDict())).toEqual(["weight"]);
  });

  test("reject targets of another kind", () => {
    const f = (): unknown => crossEntropy(logits(), ones([2]));
    expect(f).toThrow(ArgumentError);
    expect(f).toThrow("class indices of dtype int32, got float32 [2]");
    expect(() => crossEntropy(logits(), zeros([2, 4]))).toThrow(ShapeError);
    expect(() => nllLoss(logits(), targets())).toThrow(ArgumentError);
    expect(() => mseLoss(ones([2, 1]), ones([2]))).toThrow(
      "mseLoss: expected input of shape [2] (the target's), got [2, 1]",
    );
    expect(() => l1Loss(ones([1]), ones([2]))).toThrow(ShapeError);
    expect(() => binaryCrossEntropyWithLogits(ones([1]), ones([2]))).toThrow(ShapeError);
  });

  test("reject options out of range", () => {
    for (const labelSmoothing of [-0.1, 1.1, Number.NaN]) {
      expect(() => new CrossEntropyLoss({ labelSmoothing })).toThrow(`got ${labelSmoothing}`);
    }
    const reduction = "max" as "mean";
    for (const Loss of [CrossEntropyLoss, NLLLoss, MSELoss, L1Loss, BCEWithLogitsLoss]) {
      expect(() => new Loss({ reduction })).toThrow("mean, sum or none, got max");
    }
    const weight = [1, 2];
    expect(() => new CrossEntropyLoss({ weight }).forward(logits(), labels())).toThrow(
      "expected 3 class weights, got 2",
    );
  });
});
