import {
  avgPool,
  avgPool3d,
  engine,
  maxPool,
  maxPool3d,
  pool,
  type Tensor,
  type Tensor4D,
  type Tensor5D,
} from "@tensorflow/tfjs-core";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { poolingGradients } from "./pooling.ts";

type Rounding = "floor" | "round" | "ceil";

/** Title, height and width, window, stride, padding, rounding. */
const PLANES: readonly [
  string,
  [number, number],
  [number, number],
  number | [number, number],
  "same" | "valid" | number,
  Rounding?,
][] = [
  ["valid", [4, 6], [2, 2], 2, "valid"],
  ["valid, values left over", [5, 4], [2, 3], 2, "valid"],
  ["valid, overlapping", [4, 4], [3, 2], 1, "valid"],
  ["windows apart", [5, 5], [1, 1], 2, "valid"],
  ["the whole image", [3, 4], [3, 4], 1, "valid"],
  ["same", [3, 4], [3, 3], 1, "same"],
  ["same, stride 2", [5, 4], [3, 3], 2, "same"],
  ["same, even window", [3, 5], [2, 2], 2, "same"],
  ["padding 1", [4, 5], [3, 3], 2, 1, "floor"],
  ["rounded up", [5, 4], [2, 3], 2, 0, "ceil"],
  ["padding 1, rounded up", [4, 6], [3, 3], 2, 1, "ceil"],
  ["rounded up, strides differ", [4, 5], [3, 2], [2, 3], 0, "ceil"],
];

const PADDED = /same|padding|rounded/;

const planes = PLANES.flatMap(([title, [h, w], window, strides, pad, rounding]): GradientCase[] => [
  {
    kernel: "AvgPool",
    title: PADDED.test(title) ? `§1c padded avgPool, ${title}` : title,
    f: (x) => avgPool(x as Tensor4D, window, strides, pad, rounding),
    inputs: [[1, h, w, 2]],
  },
  {
    kernel: "MaxPool",
    title: rounding === "ceil" ? `§1c maxPool 'ceil', ${title}` : title,
    f: (x) => maxPool(x as Tensor4D, window, strides, pad, rounding),
    inputs: [[1, h, w, 2]],
  },
  {
    kernel: "MaxPool",
    title: `§1c negative windows, ${title}`,
    f: (x) => maxPool(x as Tensor4D, window, strides, pad, rounding),
    inputs: [{ shape: [1, h, w, 1], from: -3, to: -1 }],
  },
]);

/** Title, depth, height and width, window, stride, padding, rounding. */
const VOLUMES: readonly [
  string,
  [number, number, number],
  [number, number, number],
  number,
  "same" | "valid" | number,
  Rounding?,
][] = [
  ["valid", [2, 4, 3], [2, 2, 1], 1, "valid"],
  ["same, stride 2", [3, 4, 3], [2, 3, 3], 2, "same"],
  ["padding 1", [2, 3, 3], [2, 2, 2], 2, 1, "floor"],
  ["rounded up", [3, 2, 4], [2, 2, 3], 2, 0, "ceil"],
];

const volumes = VOLUMES.flatMap(
  ([title, [d, h, w], window, strides, pad, rounding]): GradientCase[] => [
    {
      kernel: "AvgPool3D",
      title: PADDED.test(title) ? `§1c padded avgPool3d, ${title}` : title,
      f: (x) => avgPool3d(x as Tensor5D, window, strides, pad, rounding),
      inputs: [[1, d, h, w, 1]],
    },
    {
      kernel: "MaxPool3D",
      title: rounding === "ceil" ? `§1c maxPool3d 'ceil', ${title}` : title,
      f: (x) => maxPool3d(x as Tensor5D, window, strides, pad, rounding),
      inputs: [[1, d, h, w, 1]],
    },
  ],
);

const valid = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
const volume = { filterSize: [2, 2, 2], strides: [1, 1, 1], pad: "valid" };

/** A gradient kernel as a function of dy and of what it is pooled from. */
const second =
  (kernel: string, attributes: { filterSize: number[]; strides: number[]; pad: string }) =>
  (dy?: Tensor, input?: Tensor): Tensor =>
    engine().runKernel(kernel, { dy: dy as Tensor, input: input as Tensor }, attributes);

describeGradients("pooling", poolingGradients, [
  ...planes,
  ...volumes,
  {
    kernel: "MaxPool",
    title: "§1c dilated pool",
    f: (x) => pool(x as Tensor4D, [2, 2], "max", "valid", [2, 2], 1),
    inputs: [[1, 4, 5, 1]],
  },
  {
    kernel: "AvgPool",
    title: "dilated pool",
    f: (x) => pool(x as Tensor4D, [2, 2], "avg", "same", [2, 1], 1),
    inputs: [[1, 4, 4, 1]],
  },
  {
    kernel: "AvgPoolGrad",
    title: "second order",
    f: second("AvgPoolGrad", valid),
    inputs: [
      [1, 2, 2, 1],
      [1, 4, 5, 1],
    ],
  },
  {
    kernel: "AvgPool3DGrad",
    title: "second order",
    f: second("AvgPool3DGrad", volume),
    inputs: [
      [1, 1, 2, 1, 1],
      [1, 2, 3, 2, 1],
    ],
  },
  {
    kernel: "MaxPoolGrad",
    title: "second order",
    f: (dy, x) => {
      const output = maxPool(x as Tensor4D, 2, 2, "valid");
      return engine().runKernel(
        "MaxPoolGrad",
        { dy: dy as Tensor, input: x as Tensor, output },
        valid,
      );
    },
    inputs: [
      [2, 2, 2, 2],
      [2, 4, 5, 2],
    ],
  },
]);
