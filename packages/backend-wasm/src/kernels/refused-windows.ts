// For tests: pools, dilations and volumes that are refused; see refused-calls.ts.
import { type Change, floats, type Refusals, refusals, wrongTypes } from "./refused-calls.ts";

const [image, pooled] = [floats(1, 4, 6, 2), floats(1, 2, 3, 2)];
const pool = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
const windows: readonly Change[] = [
  ["a window of no rows", {}, { filterSize: [0, 2] }],
  ["a window between integers", {}, { filterSize: [2, 1.5] }],
  ["a stride of 0", {}, { strides: [0, 2] }],
  ["a stride below 0", {}, { strides: [2, -1] }],
  ["a stride that is NaN", {}, { strides: [2, Number.NaN] }],
  ["a window much larger than the image", {}, { filterSize: [2, 9], strides: [1, 1] }],
  ["padding by an unknown name", {}, { pad: "full" }, "by tfjs"],
];
const images = (name: string): Change[] => [
  ["an image of three axes", { [name]: floats(4, 6, 2) }],
  ["an image of five axes", { [name]: floats(1, 4, 6, 2, 1) }],
];
const wrongDy: readonly Change[] = [
  ["a gradient of another shape", { dy: floats(1, 3, 2, 2) }],
  ["a gradient of other channels", { dy: floats(1, 2, 3, 3) }],
];

const pools: readonly Refusals[] = [
  ...["MaxPool", "AvgPool", "MaxPoolWithArgmax"].map((name) =>
    refusals(name, { x: image }, { ...pool, includeBatchInIndex: false }, [
      ...[...windows, ...images("x")],
      ...wrongTypes({ x: image }),
    ]),
  ),
  ...[{ input: image, output: pooled }, { input: image }].map((saved) =>
    refusals("output" in saved ? "MaxPoolGrad" : "AvgPoolGrad", { dy: pooled, ...saved }, pool, [
      ...[...windows, ...images("input"), ...wrongDy],
      ...wrongTypes({ dy: pooled, ...saved }),
    ]),
  ),
];

const [filter, wide] = [floats(2, 2, 2), floats(1, 3, 5, 2)];
const morphology = { strides: 1, pad: "valid", dilations: 1 };
const wrongFilter: readonly Change[] = [
  ["a filter of other channels", { filter: floats(2, 2, 3) }],
  ["a filter of four axes", { filter: floats(2, 2, 2, 1) }],
  ["an image of three axes", { x: floats(4, 6, 2) }],
  ["a filter much larger than the image", { filter: floats(2, 9, 2) }],
];
const dilations: readonly Refusals[] = [
  refusals("Dilation2D", { x: image, filter }, morphology, [
    ...wrongFilter,
    ...wrongTypes({ x: image, filter }),
  ]),
  ...["Dilation2DBackpropInput", "Dilation2DBackpropFilter"].map((name) =>
    refusals(name, { x: image, filter, dy: wide }, morphology, [
      ...wrongFilter,
      ["a gradient of another shape", { dy: floats(1, 5, 3, 2) }],
      ...wrongTypes({ x: image, filter, dy: wide }),
    ]),
  ),
];

const [volume, small, taps] = [floats(1, 2, 4, 6, 2), floats(1, 1, 2, 3, 2), floats(2, 2, 2, 2, 3)];
const pool3 = { filterSize: [2, 2, 2], strides: [2, 2, 2], pad: "valid" };
const conv3 = { strides: [2, 2, 2], pad: "valid" };
const out = floats(1, 1, 2, 3, 3);
const rank: Change = ["a volume of four axes", { x: floats(2, 4, 6, 2) }];

const volumes: readonly Refusals[] = [
  refusals("MaxPool3D", { x: volume }, pool3, [rank, ...wrongTypes({ x: volume })]),
  ...["MaxPool3DGrad", "AvgPool3DGrad"].map((name) =>
    refusals(name, { dy: small, input: volume }, pool3, [
      ["a gradient of another shape", { dy: floats(1, 1, 3, 2, 2) }],
      ["a volume of four axes", { input: floats(2, 4, 6, 2) }],
      ...wrongTypes({ dy: small, input: volume }),
    ]),
  ),
  refusals(
    "Conv3DBackpropFilterV2",
    { x: volume, dy: out },
    { ...conv3, filterShape: taps.shape },
    [
      ["a gradient of another shape", { dy: floats(1, 1, 3, 2, 3) }],
      ["a filter shape with other channels", {}, { filterShape: [2, 2, 2, 7, 3] }],
      ...wrongTypes({ x: volume, dy: out }),
    ],
  ),
  refusals(
    "Conv3DBackpropInputV2",
    { dy: out, filter: taps },
    { ...conv3, inputShape: volume.shape },
    [
      ["a gradient of another shape", { dy: floats(1, 1, 3, 2, 3) }],
      ["an input shape with other channels", {}, { inputShape: [1, 2, 4, 6, 5] }],
      ...wrongTypes({ dy: out, filter: taps }),
    ],
  ),
];

export const refusedWindows: readonly Refusals[] = [...pools, ...dilations, ...volumes];
