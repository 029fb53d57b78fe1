import type { Input, Wrong } from "./stock-faults.ts";

const NOT = Number.NaN;
const [NEGATIVE_IMAGE, ONE]: readonly [Input, Input] = [
  [
    [-1, -2, -3, -4],
    [1, 2, 2, 1],
  ],
  [[1], [1, 1, 1, 1]],
];
const RISING_IMAGE: Input = [
  [-4, -3, -2, -1],
  [1, 2, 2, 1],
];
const RISING_VOLUME: Input = [
  [-8, -7, -6, -5, -4, -3, -2, -1],
  [1, 2, 2, 2, 1],
];
const PAIR = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
const CUBE = { filterSize: [2, 2, 2], strides: [2, 2, 2], pad: "valid" };
const MORPHOLOGY = { strides: [1, 1], pad: "valid", dilations: [1, 1] };
const CONVOLUTION = { strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations: [1, 1] };
const NAN_IMAGE: Input = [
  [NOT, 1, -2],
  [1, 1, 3, 1],
];
const UNIT_FILTER: Input = [[1], [1, 1, 1, 1]];
const FLAT: Input = [
  [0, 0, 0, 0],
  [2, 2, 1],
];

/** What tfjs's own kernels get wrong that slide windows: pools, convolutions and morphology. */
export const WINDOW_FAULTS: readonly Wrong[] = [
  {
    kernel: "MaxPoolGrad",
    what: "loses the gradient of a negative maximum",
    inputs: { dy: [[5], [1, 1, 1, 1]], input: RISING_IMAGE, output: [[-1], [1, 1, 1, 1]] },
    attributes: PAIR,
    expected: [[0, 0, 0, 5]],
  },
  {
    kernel: "MaxPool3DGrad",
    what: "loses the gradient of a negative maximum",
    inputs: { dy: [[5], [1, 1, 1, 1, 1]], input: RISING_VOLUME },
    attributes: CUBE,
    expected: [[0, 0, 0, 0, 0, 0, 0, 5]],
  },
  {
    kernel: "MaxPool3D",
    what: "finds no negative maximum",
    inputs: { x: RISING_VOLUME },
    attributes: CUBE,
    expected: [[-1]],
  },
  {
    kernel: "MaxPoolWithArgmax",
    what: "finds no negative maximum",
    inputs: { x: NEGATIVE_IMAGE },
    attributes: { ...PAIR, includeBatchInIndex: false },
    expected: [[-1], [0]],
  },
  {
    kernel: "MaxPool",
    what: "leaves windows out when rounding up",
    inputs: {
      x: [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 3, 3, 1],
      ],
    },
    attributes: { ...PAIR, pad: 0, dimRoundingMode: "ceil" },
    expected: [[5, 6, 8, 9]],
  },
  {
    kernel: "AvgPool",
    what: "leaves windows out when rounding up",
    inputs: {
      x: [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 3, 3, 1],
      ],
    },
    attributes: { ...PAIR, pad: 0, dimRoundingMode: "ceil" },
    expected: [[3, 4.5, 7.5, 9]],
  },
  {
    kernel: "AvgPoolGrad",
    what: "divides by the window's size where some of it is padding",
    inputs: {
      dy: [
        [1, 1, 1, 1],
        [1, 2, 2, 1],
      ],
      input: NEGATIVE_IMAGE,
    },
    attributes: { filterSize: [2, 2], strides: [1, 1], pad: "same" },
    expected: [[0.25, 0.75, 0.75, 2.25]],
  },
  {
    kernel: "AvgPool3DGrad",
    what: "divides by the window's size where some of it is padding",
    inputs: {
      dy: [
        [1, 1],
        [1, 1, 1, 2, 1],
      ],
      input: [
        [1, 2],
        [1, 1, 1, 2, 1],
      ],
    },
    attributes: { filterSize: [1, 1, 2], strides: [1, 1, 1], pad: "same" },
    expected: [[0.5, 1.5]],
  },
  {
    kernel: "Dilation2D",
    what: "finds no negative maximum",
    inputs: { x: NEGATIVE_IMAGE, filter: FLAT },
    attributes: MORPHOLOGY,
    expected: [[-1]],
  },
  {
    kernel: "Dilation2DBackpropInput",
    what: "finds no negative maximum",
    inputs: {
      x: [
        [-4, -3, -2, -1],
        [1, 2, 2, 1],
      ],
      filter: FLAT,
      dy: ONE,
    },
    attributes: MORPHOLOGY,
    expected: [[0, 0, 0, 1]],
  },
  {
    kernel: "Dilation2DBackpropFilter",
    what: "finds no negative maximum",
    inputs: {
      x: [
        [-4, -3, -2, -1],
        [1, 2, 2, 1],
      ],
      filter: FLAT,
      dy: ONE,
    },
    attributes: MORPHOLOGY,
    expected: [[0, 0, 0, 1]],
  },
  {
    kernel: "Conv3DBackpropFilterV2",
    what: "goes astray where the stride is above 1",
    inputs: {
      x: [
        [1, 2, 3],
        [1, 3, 1, 1, 1],
      ],
      dy: [
        [5, 7],
        [1, 2, 1, 1, 1],
      ],
    },
    attributes: { strides: [2, 2, 2], pad: "valid", filterShape: [1, 1, 1, 1, 1] },
    expected: [[26]],
  },
  {
    kernel: "Conv3DBackpropInputV2",
    what: "loses its way along the depth",
    inputs: { filter: [[2], [1, 1, 1, 1, 1]], dy: RISING_VOLUME },
    attributes: { strides: [1, 1, 1], pad: "valid", inputShape: [1, 2, 2, 2, 1] },
    expected: [[-16, -14, -12, -10, -8, -6, -4, -2]],
  },
  ...["Conv2D", "DepthwiseConv2dNative"].map((kernel) => ({
    kernel,
    what: "makes −∞ of NaN",
    inputs: { x: NAN_IMAGE, filter: UNIT_FILTER },
    attributes: CONVOLUTION,
    expected: [[NOT, 1, -2]],
  })),
  ...["FusedConv2D", "FusedDepthwiseConv2D"].map((kernel) => ({
    kernel,
    what: "makes 0 of NaN",
    inputs: { x: NAN_IMAGE, filter: UNIT_FILTER },
    attributes: { ...CONVOLUTION, activation: "relu" },
    expected: [[NOT, 1, 0]],
  })),
];
