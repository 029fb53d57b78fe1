import { describeOnBackends, expectGradients } from "@kindling/testing";
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  depthwiseConv2d,
  engine,
  fused,
  separableConv2d,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
} from "@tensorflow/tfjs-core";
import { test } from "vitest";
import { convolutionGradients } from "./convolution.ts";
import { describeGradients, type GradientCase, spread } from "./describe-gradients.ts";

type Pad = "same" | "valid" | number;

/** Title, height and width, filter, stride, padding, dilation. */
const PLANES: readonly [
  string,
  [number, number],
  [number, number],
  number,
  Pad,
  number | [number, number],
][] = [
  ["same", [4, 5], [3, 3], 1, "same", 1],
  ["even filter, same", [4, 3], [2, 4], 1, "same", 1],
  ["valid, stride 2", [5, 4], [3, 2], 2, "valid", 1],
  ["same, stride 2", [5, 4], [3, 3], 2, "same", 1],
  ["stride longer than the filter", [5, 5], [1, 1], 3, "valid", 1],
  ["padding 1", [3, 4], [3, 3], 1, 1, 1],
  ["§1c dilation 2, valid", [6, 5], [3, 2], 1, "valid", 2],
  ["§1c dilation 2, same", [4, 5], [3, 3], 1, "same", 2],
  ["§1c dilation 2, padding 2", [3, 4], [2, 2], 1, 2, 2],
  ["§1c dilations 3 and 1", [5, 3], [2, 2], 1, "valid", [3, 1]],
];

const planes = PLANES.flatMap(
  ([title, [h, w], [kh, kw], strides, pad, dilations]): GradientCase[] => [
    {
      kernel: "Conv2D",
      title: `conv2d ${title}`,
      f: (x, filter) => conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, "NHWC", dilations),
      inputs: [
        [2, h, w, 2],
        [kh, kw, 2, 3],
      ],
    },
    {
      kernel: "DepthwiseConv2dNative",
      title: `depthwise ${title}`,
      f: (x, filter) =>
        depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad, "NHWC", dilations),
      inputs: [
        [1, h, w, 2],
        [kh, kw, 2, 2],
      ],
    },
  ],
);

/** Title, depth, height and width, filter, stride, padding, dilation. */
const VOLUMES: readonly [
  string,
  [number, number, number],
  [number, number, number],
  number,
  "same" | "valid",
  number,
][] = [
  ["valid", [3, 3, 2], [2, 2, 2], 1, "valid", 1],
  ["same", [2, 3, 3], [2, 3, 1], 1, "same", 1],
  ["stride 2", [3, 3, 4], [2, 1, 2], 2, "same", 1],
  ["§1c dilation 2", [3, 4, 3], [2, 2, 2], 1, "valid", 2],
];

const volumes = VOLUMES.map(
  ([title, [d, h, w], [kd, kh, kw], strides, pad, dilation]): GradientCase => ({
    kernel: "Conv3D",
    title: `conv3d ${title}`,
    f: (x, filter) =>
      conv3d(x as Tensor5D, filter as Tensor5D, strides, pad, "NDHWC", [
        dilation,
        dilation,
        dilation,
      ]),
    inputs: [
      [1, d, h, w, 2],
      [kd, kh, kw, 2, 2],
    ],
  }),
);

const run =
  (
    kernelName: string,
    names: [string, string],
    attributes: Record<string, number | number[] | string>,
  ) =>
  (a?: Tensor, b?: Tensor): Tensor =>
    engine().runKernel(
      kernelName,
      { [names[0]]: a as Tensor, [names[1]]: b as Tensor },
      attributes,
    );

const plane = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dilations: [1, 1] };
const volume = { strides: [1, 1, 1], pad: "valid" };

describeGradients("convolution", convolutionGradients, [
  ...planes,
  ...volumes,
  {
    kernel: "Conv2D",
    title: "§1c conv1d, dilation 2",
    f: (x, filter) => conv1d(x as Tensor3D, filter as Tensor3D, 1, "valid", "NWC", 2),
    inputs: [
      [2, 6, 2],
      [3, 2, 2],
    ],
  },
  {
    kernel: "Conv2D",
    title: "separableConv2d, dilation 2",
    f: (x, depthwise, pointwise) =>
      separableConv2d(x as Tensor4D, depthwise as Tensor4D, pointwise as Tensor4D, 1, "same", 2),
    inputs: [
      [1, 4, 4, 2],
      [2, 2, 2, 1],
      [1, 1, 2, 3],
    ],
  },
  {
    kernel: "Conv2DBackpropInput",
    title: "conv2dTranspose, stride 2",
    f: (x, filter) => conv2dTranspose(x as Tensor4D, filter as Tensor4D, [1, 5, 5, 2], 2, "valid"),
    inputs: [
      [1, 2, 2, 2],
      [3, 3, 2, 2],
    ],
  },
  {
    kernel: "Conv2DBackpropFilter",
    title: "second order",
    f: run("Conv2DBackpropFilter", ["x", "dy"], { ...plane, filterShape: [3, 3, 2, 1] }),
    inputs: [
      [1, 3, 4, 2],
      [1, 3, 4, 1],
    ],
  },
  {
    kernel: "DepthwiseConv2dNativeBackpropInput",
    title: "second order",
    f: run("DepthwiseConv2dNativeBackpropInput", ["dy", "filter"], {
      ...plane,
      inputShape: [1, 3, 4, 2],
    }),
    inputs: [
      [1, 3, 4, 2],
      [3, 3, 2, 1],
    ],
  },
  {
    kernel: "DepthwiseConv2dNativeBackpropFilter",
    title: "second order",
    f: run("DepthwiseConv2dNativeBackpropFilter", ["x", "dy"], {
      ...plane,
      filterShape: [3, 3, 2, 1],
    }),
    inputs: [
      [1, 3, 4, 2],
      [1, 3, 4, 2],
    ],
  },
  {
    kernel: "Conv3DBackpropInputV2",
    title: "second order",
    f: run("Conv3DBackpropInputV2", ["dy", "filter"], { ...volume, inputShape: [1, 3, 3, 2, 2] }),
    inputs: [
      [1, 2, 2, 1, 1],
      [2, 2, 2, 2, 1],
    ],
  },
  {
    kernel: "Conv3DBackpropFilterV2",
    title: "second order",
    f: run("Conv3DBackpropFilterV2", ["x", "dy"], { ...volume, filterShape: [2, 2, 2, 2, 1] }),
    inputs: [
      [1, 3, 3, 2, 2],
      [1, 2, 2, 1, 1],
    ],
  },
  {
    kernel: "Conv2DBackpropInput",
    title: "second order",
    f: run("Conv2DBackpropInput", ["dy", "filter"], { ...plane, inputShape: [1, 3, 4, 2] }),
    inputs: [
      [1, 3, 4, 1],
      [3, 3, 2, 1],
    ],
  },
]);

describeOnBackends("fused convolution", () => {
  test("differentiates, with its bias and activation", () => {
    const inputs = [[1, 3, 3, 2], [3, 3, 2, 2], [2]].map(spread);
    expectGradients((x, filter, bias) => {
      return fused.conv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        strides: 1,
        pad: "same",
        bias: bias as Tensor,
        activation: "sigmoid",
      });
    }, inputs);
  });

  test("of depthwise kind differentiates too", () => {
    const inputs = [[1, 3, 3, 2], [2, 2, 2, 1], [2]].map(spread);
    expectGradients((x, filter, bias) => {
      return fused.depthwiseConv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        strides: 1,
        pad: "valid",
        bias: bias as Tensor,
      });
    }, inputs);
  });
});
