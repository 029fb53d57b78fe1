// For tests: convolutions that are refused; see refused-calls.ts.
import { FUSED } from "@kindling/core";
import { type Change, floats, type Refusals, refusals, wrongTypes } from "./refused-calls.ts";

const [x, filter, bias, dy] = [
  floats(1, 4, 5, 2),
  floats(3, 3, 2, 4),
  floats(4),
  floats(1, 2, 3, 4),
];

/** Geometry that no convolution has, of one kernel's attributes or the other's. */
const geometry: readonly Change[] = [
  ["a stride of 0", {}, { strides: [0, 1] }],
  ["a stride below 0", {}, { strides: [1, -1] }],
  ["a stride between integers", {}, { strides: [1.5, 1] }],
  ["a stride that is NaN", {}, { strides: [Number.NaN, 1] }],
  ["a stride beyond int32", {}, { strides: [2 ** 31, 1] }],
  ["a dilation of 0", {}, { dilations: [1, 0] }],
  ["a dilation that is NaN", {}, { dilations: [Number.NaN, 1] }],
  ["a dilation beyond int32", {}, { dilations: [1, 2 ** 32] }],
];
const plain = { strides: [1, 1], dilations: [1, 1], groups: 1 };
const unpadded = {
  ...plain,
  padding: [
    [0, 0],
    [0, 0],
  ],
};
const fused: readonly Change[] = [
  ...geometry,
  ...[-1, 0.5, Number.NaN, 2 ** 31].map((amount): Change => {
    const padding = [
      [0, amount],
      [0, 0],
    ];
    return [`padding of ${amount}`, {}, { padding }];
  }),
  ["no groups", {}, { groups: 0 }],
  ["groups that do not divide the channels", {}, { groups: 3 }],
  ["groups that are NaN", {}, { groups: Number.NaN }],
  ["groups that the filter is not for", {}, { groups: 2 }],
];

const inputShapes: readonly Change[] = [
  ["an input shape of three axes", {}, { inputShape: [4, 5, 2] }],
  ["an input shape with other channels", {}, { inputShape: [1, 4, 5, 3] }],
  ["an input shape of another size", {}, { inputShape: [1, 9, 5, 2] }],
  ["an input shape below 0", { dy: floats(1, 0, 0, 4) }, { inputShape: [1, -4, -5, 2] }],
  ["an input shape between integers", {}, { inputShape: [1, 4.5, 5, 2] }],
];
const filterShapes: readonly Change[] = [
  ["a filter shape of three axes", {}, { filterShape: [3, 3, 2] }],
  ["a filter shape with other channels", {}, { filterShape: [3, 3, 1, 4] }],
  ["a filter shape of another size", {}, { filterShape: [2, 3, 2, 4] }],
  ["a filter shape below 0", { dy: floats(1, 8, 7, 4) }, { filterShape: [-3, -1, 2, 4] }],
  ["a filter shape between integers", {}, { filterShape: [2.5, 3, 2, 4] }],
  ["a filter shape of no rows", { dy: floats(1, 5, 3, 4) }, { filterShape: [0, 3, 2, 4] }],
];
const wrongX: readonly Change[] = [
  ["an input of three axes", { x: floats(4, 5, 2) }],
  ["an input of five axes", { x: floats(1, 4, 5, 2, 1) }],
  ["an input of other channels", { x: floats(1, 4, 5, 3) }],
];
const wrongFilter: readonly Change[] = [
  ["a filter of three axes", { filter: floats(3, 3, 2) }],
  ["a filter of other channels", { filter: floats(3, 3, 3, 4) }],
  ["a filter of no rows", { filter: floats(0, 3, 2, 4) }],
  ["a filter of no columns", { filter: floats(3, 0, 2, 4) }],
];
const wrongBias: readonly Change[] = [
  ["a bias of another size", { bias: floats(3) }],
  ["a bias of two axes", { bias: floats(1, 4) }],
];
const wrongDy: readonly Change[] = [
  ["a gradient of another shape", { dy: floats(1, 3, 2, 4) }],
  ["a gradient of other channels", { dy: floats(1, 2, 3, 3) }],
];

/** What tfjs's own are called with. */
const named = { strides: [1, 1], pad: "valid", dilations: [1, 1], dataFormat: "NHWC" };
const byName: readonly Change[] = [
  ...geometry,
  ["channels first", {}, { dataFormat: "NCHW" }],
  ["padding that is NaN", {}, { pad: Number.NaN }],
  ["padding between integers", {}, { pad: 0.5 }],
  ["padding by an unknown name", {}, { pad: "full" }, "by tfjs"],
];
const smallImage: Change = ["an image much smaller than the filter", { x: floats(1, 1, 1, 2) }];

const FUSED_KERNELS: readonly Refusals[] = [
  refusals(FUSED.conv2d, { x, filter, bias }, unpadded, [
    ...[...fused, ...wrongX, ...wrongFilter, ...wrongBias],
    ...wrongTypes({ x, filter, bias }),
  ]),
  refusals(FUSED.conv2dInputGrad, { dy, filter }, { ...unpadded, inputShape: x.shape }, [
    ...[...fused, ...wrongDy, ...wrongFilter, ...inputShapes],
    ...wrongTypes({ dy, filter }),
  ]),
  refusals(FUSED.conv2dFilterGrad, { x, dy }, { ...unpadded, filterShape: filter.shape }, [
    ...[...fused, ...wrongX, ...wrongDy, ...filterShapes],
    ...wrongTypes({ x, dy }),
  ]),
];

/** The plain and the depthwise kernels, whose filters have other shapes and the same number of values. */
const pairs: readonly Refusals[] = [false, true].flatMap((depthwise) => {
  const own = depthwise ? floats(3, 3, 2, 2) : filter;
  const name = depthwise ? "DepthwiseConv2dNative" : "Conv2D";
  return [
    refusals(name, { x, filter: own }, named, [
      ...[...byName, ...wrongX, ...wrongFilter, smallImage],
      ...wrongTypes({ x, filter: own }),
    ]),
    refusals(depthwise ? "FusedDepthwiseConv2D" : "FusedConv2D", { x, filter: own, bias }, named, [
      ...[...byName, ...wrongX, ...wrongFilter, ...wrongBias, smallImage],
      ["an activation that there is none of", {}, { activation: "swish" }],
      ["no slopes for a PReLU", {}, { activation: "prelu" }, "by tfjs"],
      ...wrongTypes({ x, filter: own, bias }),
    ]),
    refusals(`${name}BackpropInput`, { dy, filter: own }, { ...named, inputShape: x.shape }, [
      ...[...byName, ...wrongDy, ...wrongFilter, ...inputShapes],
      ...wrongTypes({ dy, filter: own }),
    ]),
    refusals(`${name}BackpropFilter`, { x, dy }, { ...named, filterShape: own.shape }, [
      ...[...byName, ...wrongX, ...wrongDy, ...filterShapes],
      ...wrongTypes({ x, dy }),
    ]),
  ];
});

export const refusedConvolutions: readonly Refusals[] = [...FUSED_KERNELS, ...pairs];
