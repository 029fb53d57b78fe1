// Convolutions and pools that tfjs-node's own kernels get wrong or refuse.
import { count, type Input, NOT, type Wrong } from "./stock-faults.ts";

const IMAGE: Input = [count(4), [1, 2, 2, 1]];
const ONE: Input = [[2], [1, 1, 1, 1]];
const SQUARE: Input = [count(4), [2, 2, 1, 1]];
const STEPS = { strides: [1, 1], dilations: [1, 1], dataFormat: "NHWC" };
const DILATED = { ...STEPS, dilations: [2, 2] };
// The image, twice as large, with one line of zeros around it.
const AROUND = [0, 0, 0, 0, 0, 2, 4, 0, 0, 6, 8, 0, 0, 0, 0, 0];

const CONVOLUTIONS: readonly Wrong[] = [
  ...["Conv2D", "FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2D"].flatMap(
    (kernel): Wrong[] => [
      {
        kernel,
        what: "refuses padding in numbers",
        inputs: { x: IMAGE, filter: ONE },
        attributes: { ...STEPS, pad: 1, activation: "linear" },
        expected: AROUND,
      },
      {
        kernel,
        what: "refuses padding below 0",
        inputs: { x: [count(9), [1, 3, 3, 1]], filter: ONE },
        attributes: { ...STEPS, pad: -1, activation: "linear" },
        expected: [10],
      },
    ],
  ),
  ...["", "Depthwise"].flatMap((kind): Wrong[] => {
    const stem = kind === "" ? "Conv2D" : "DepthwiseConv2dNative";
    return [
      {
        kernel: `${stem}BackpropInput`,
        what: "refuses padding in numbers",
        inputs: { dy: [count(16), [1, 4, 4, 1]], filter: ONE },
        attributes: { ...STEPS, pad: 1, inputShape: [1, 2, 2, 1] },
        expected: [12, 14, 20, 22],
      },
      {
        kernel: `${stem}BackpropInput`,
        what: "refuses padding below 0",
        inputs: { dy: [[3], [1, 1, 1, 1]], filter: ONE },
        attributes: { ...STEPS, pad: -1, inputShape: [1, 3, 3, 1] },
        expected: [0, 0, 0, 0, 6, 0, 0, 0, 0],
      },
      {
        kernel: `${stem}BackpropFilter`,
        what: "refuses padding in numbers",
        inputs: { x: IMAGE, dy: [count(16), [1, 4, 4, 1]] },
        attributes: { ...STEPS, pad: 1, filterShape: [1, 1, 1, 1] },
        // Of the four in the middle: 6, 7, 10, 11.
        expected: [6 + 14 + 30 + 44],
      },
    ];
  }),
  {
    kernel: "Conv2DBackpropInput",
    what: "leaves dilation out",
    inputs: { dy: [[1], [1, 1, 1, 1]], filter: SQUARE },
    attributes: { ...DILATED, pad: "valid", inputShape: [1, 3, 3, 1] },
    expected: [1, 0, 2, 0, 0, 0, 3, 0, 4],
  },
  {
    kernel: "Conv2DBackpropInput",
    what: "refuses dilation with padding in numbers",
    inputs: {
      dy: [
        [1, 1, 1, 1],
        [1, 2, 2, 1],
      ],
      filter: SQUARE,
    },
    attributes: { ...DILATED, pad: 1, inputShape: [1, 2, 2, 1] },
    expected: [1, 2, 3, 4],
  },
  {
    kernel: "Conv2DBackpropFilter",
    what: "leaves dilation out",
    inputs: { x: [count(9), [1, 3, 3, 1]], dy: [[1], [1, 1, 1, 1]] },
    attributes: { ...DILATED, pad: "valid", filterShape: [2, 2, 1, 1] },
    expected: [1, 3, 7, 9],
  },
  {
    kernel: "Conv2DBackpropFilter",
    what: "refuses dilation with padding in numbers",
    inputs: {
      x: IMAGE,
      dy: [
        [1, 1, 1, 1],
        [1, 2, 2, 1],
      ],
    },
    attributes: { ...DILATED, pad: 1, filterShape: [2, 2, 1, 1] },
    expected: [1, 2, 3, 4],
  },
];

// Where a stride is longer than its window tfjs's `same` starts inside of the tensor, TensorFlow's at its first cell.
const LINE: Input = [count(4), [1, 4, 1, 1, 1]];
const SKIPPING = { strides: [2, 1, 1], dilations: [1, 1, 1], pad: "same", dataFormat: "NDHWC" };
const WEIGHT: Input = [[1], [1, 1, 1, 1, 1]];

const VOLUMES: readonly Wrong[] = [
  {
    kernel: "Conv3D",
    what: "`same` starts elsewhere than tfjs's",
    inputs: { x: LINE, filter: WEIGHT },
    attributes: SKIPPING,
    expected: [2, 4],
  },
  {
    kernel: "Conv3DBackpropInputV2",
    what: "`same` starts elsewhere than tfjs's",
    inputs: {
      dy: [
        [1, 2],
        [1, 2, 1, 1, 1],
      ],
      filter: WEIGHT,
    },
    attributes: { ...SKIPPING, inputShape: LINE[1] },
    expected: [0, 1, 0, 2],
  },
  {
    kernel: "Conv3DBackpropFilterV2",
    what: "`same` starts elsewhere than tfjs's",
    inputs: {
      x: LINE,
      dy: [
        [1, 2],
        [1, 2, 1, 1, 1],
      ],
    },
    attributes: { ...SKIPPING, filterShape: WEIGHT[1] },
    expected: [2 + 8],
  },
];

const POOL = { filterSize: [2, 2], strides: [1, 1], pad: 1 };
const POOL_3D = { filterSize: [2, 2, 2], strides: [1, 1, 1], pad: 1, dataFormat: "NDHWC" };
const WHOLE = { ...POOL, pad: "valid" };

const POOLS: readonly Wrong[] = [
  ...["AvgPool", "MaxPool"].flatMap((kernel): Wrong[] => [
    {
      kernel,
      what: "refuses padding in numbers",
      inputs: { x: [[-4], [1, 1, 1, 1]] },
      attributes: POOL,
      expected: [-4, -4, -4, -4],
    },
    {
      kernel: `${kernel}3D`,
      what: "refuses padding in numbers",
      inputs: { x: [[-4], [1, 1, 1, 1, 1]] },
      attributes: POOL_3D,
      expected: new Array<number>(8).fill(-4),
    },
  ]),
  {
    kernel: "AvgPoolGrad",
    what: "refuses padding in numbers",
    inputs: { dy: IMAGE, input: [[0], [1, 1, 1, 1]] },
    attributes: POOL,
    expected: [1 + 2 + 3 + 4],
  },
  {
    kernel: "AvgPool3DGrad",
    what: "refuses padding in numbers",
    inputs: { dy: [count(8), [1, 2, 2, 2, 1]], input: [[0], [1, 1, 1, 1, 1]] },
    attributes: POOL_3D,
    expected: [36],
  },
  {
    kernel: "MaxPool",
    what: "passes a NaN over",
    inputs: {
      x: [
        [1, NOT, 2, 3, 1, 1],
        [1, 2, 3, 1],
      ],
    },
    attributes: WHOLE,
    expected: [NOT, NOT],
  },
  {
    kernel: "MaxPool",
    what: "does not round up",
    inputs: { x: [count(3), [1, 1, 3, 1]] },
    attributes: { filterSize: [1, 2], strides: [1, 2], pad: 0, dimRoundingMode: "ceil" },
    expected: [2, 3],
  },
  {
    kernel: "MaxPool3D",
    what: "passes a NaN over",
    inputs: {
      x: [
        [1, NOT, 2, 3, 1, 1],
        [1, 1, 2, 3, 1],
      ],
    },
    attributes: { ...POOL_3D, filterSize: [1, 2, 2], pad: "valid" },
    expected: [NOT, NOT],
  },
  {
    kernel: "MaxPool3DGrad",
    what: "gives the gradient to each of equal maxima",
    inputs: {
      dy: [[5], [1, 1, 1, 1, 1]],
      input: [
        [1, 2, 2, 2, 0, 2, 2, 2],
        [1, 2, 2, 2, 1],
      ],
      output: [[2], [1, 1, 1, 1, 1]],
    },
    attributes: { ...POOL_3D, pad: "valid" },
    expected: [0, 5, 0, 0, 0, 0, 0, 0],
  },
];

export const WINDOW_FAULTS: readonly Wrong[] = [...CONVOLUTIONS, ...VOLUMES, ...POOLS];
