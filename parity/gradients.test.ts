import { valueAndGrad } from "@kindling/core";
import { describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import {
  abs,
  atan2,
  avgPool,
  clipByValue,
  conv2d,
  cumprod,
  cumsum,
  dispose,
  einsum,
  erf,
  gather,
  image,
  logSoftmax,
  matMul,
  maximum,
  maxPool,
  mirrorPad,
  mul,
  pad,
  pow,
  prelu,
  prod,
  relu6,
  selu,
  sigmoid,
  softmax,
  squaredDifference,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  topk,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";

interface GradientCase {
  readonly name: string;
  readonly inputs: FixtureTensor[];
  readonly output: FixtureTensor;
  readonly weights: FixtureTensor;
  readonly gradients: FixtureTensor[];
}

const { cases } = fixture<{ readonly cases: GradientCase[] }>("gradients");

/** float32 sums of up to a few dozen terms, in another order than torch's. */
const TOLERANCE = 3e-6;
/** torch pads evenly; tfjs's own 'same' puts the odd cell last, so borders are explicit here. */
const BORDER = 1;

type Op = (...inputs: Tensor[]) => Tensor;
const plane =
  (f: (x: Tensor4D) => Tensor): Op =>
  (x) =>
    f(x as Tensor4D);
const one =
  (f: (x: Tensor) => Tensor): Op =>
  (x) =>
    f(x as Tensor);
const two =
  (f: (a: Tensor, b: Tensor) => Tensor): Op =>
  (a, b) =>
    f(a as Tensor, b as Tensor);

const OPS: Readonly<Record<string, Op>> = {
  "avgPool padded": plane((x) => avgPool(x, 3, 2, BORDER, "floor")),
  "maxPool padded": plane((x) => maxPool(x, 3, 2, BORDER, "floor")),
  "maxPool of zeros": plane((x) => maxPool(x, 2, 2, "valid")),
  "mirrorPad reflect": plane((x) =>
    mirrorPad(
      x,
      [
        [0, 0],
        [1, 2],
        [2, 1],
        [0, 0],
      ],
      "reflect",
    ),
  ),
  resizeBilinear: plane((x) => image.resizeBilinear(x, [7, 5], false, true)),
  "resizeBilinear alignCorners": plane((x) => image.resizeBilinear(x, [3, 7], true)),
  resizeNearestNeighbor: plane((x) => image.resizeNearestNeighbor(x, [14, 16])),
  "conv2d dilated": two((x, w) => conv2d(x as Tensor4D, w as Tensor4D, 1, "valid", "NHWC", 2)),
  "conv2d stride 2": two((x, w) => {
    const padded = pad(x as Tensor4D, [
      [0, 0],
      [BORDER, BORDER],
      [BORDER, BORDER],
      [0, 0],
    ]);
    return conv2d(padded, w as Tensor4D, 2, "valid");
  }),
  "matMul batches": two((a, b) => matMul(a, b)),
  "einsum attention": two((q, k) => einsum("bhqd,bhkd->bhqk", q, k)),
  cumsum: one((x) => cumsum(x, 0)),
  "cumprod with zeros": one((x) => cumprod(x, 1)),
  "prod with zeros": one((x) => prod(x, 1)),
  "gather rows": one((x) => gather(x, tensor1d([2, 0, 2], "int32"))),
  topk: one((x) => topk(x, 2).values),
  pow: two(pow),
  atan2: two(atan2),
  squaredDifference: two(squaredDifference),
  maximum: two(maximum),
  softmax: one((x) => softmax(x)),
  logSoftmax: one((x) => logSoftmax(x)),
  sigmoid: one(sigmoid),
  erf: one(erf),
  selu: one(selu),
  prelu: two(prelu),
  relu6: one(relu6),
  clipByValue: one((x) => clipByValue(x, 0, 1)),
  abs: one(abs),
};

describe("gradient fixtures", () => {
  test("have an op each", () => {
    expect(cases.map(({ name }) => name)).toEqual(Object.keys(OPS));
  });
});

describeOnBackends("gradients are torch's", () => {
  test.each(cases)("$name", async ({ name, inputs, output, weights, gradients }) => {
    const op = OPS[name] as Op;
    await expectTensors(() => {
      const made = inputs.map(({ shape, values }) => tensor(values, shape));
      const y = tidy(() => op(...made));
      expect(y.shape).toEqual(output.shape);
      expectClose(y, output.values, { tolerance: TOLERANCE, title: "output" });

      const w = tensor(weights.values, weights.shape);
      const result = valueAndGrad(() => sum(mul(op(...made), w)), made);
      result.gradients.forEach((gradient, i) => {
        const expected = gradients[i] as FixtureTensor;
        expectClose(gradient as Tensor, expected.values, {
          tolerance: TOLERANCE,
          title: `gradient of input ${i}`,
        });
      });
      dispose([...made, y, w, result.value, ...(result.gradients as Tensor[])]);
    });
  });
});
