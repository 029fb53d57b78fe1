import {
  backend_util,
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  depthwiseConv2d,
  fused,
  separableConv2d,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
} from "@tensorflow/tfjs-core";
import { type KernelCase, kernelCase, normal, opCase } from "./backend-contract-case.ts";

type Padding =
  | "same"
  | "valid"
  | number
  | [[number, number], [number, number], [number, number], [number, number]];
type Four = [number, number, number, number];
type Five = [number, number, number, number, number];

interface Convolution {
  readonly input: Four;
  readonly filter: Four;
  readonly stride: [number, number];
  readonly pad: Padding;
}

const ASYMMETRIC: Padding = [
  [0, 0],
  [2, 0],
  [0, 1],
  [0, 0],
];

// tfjs itself takes one number for all sides to mean something else when the filter is not square.
function everySide(pad: number): Padding {
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ];
}

const CONVOLUTIONS: readonly Convolution[] = [
  { input: [2, 7, 5, 1], filter: [3, 3, 1, 8], stride: [1, 1], pad: "same" },
  { input: [1, 6, 6, 3], filter: [3, 3, 3, 5], stride: [1, 1], pad: "valid" },
  { input: [3, 5, 4, 5], filter: [1, 1, 5, 3], stride: [1, 1], pad: "valid" },
  { input: [2, 9, 8, 3], filter: [5, 5, 3, 2], stride: [1, 1], pad: 2 },
  { input: [2, 7, 7, 8], filter: [2, 2, 8, 3], stride: [1, 1], pad: "same" },
  { input: [1, 5, 6, 2], filter: [4, 2, 2, 3], stride: [1, 1], pad: everySide(1) },
  { input: [2, 8, 7, 3], filter: [3, 3, 3, 4], stride: [2, 2], pad: "same" },
  { input: [2, 8, 7, 3], filter: [3, 3, 3, 4], stride: [2, 2], pad: "valid" },
  { input: [1, 7, 9, 2], filter: [3, 5, 2, 3], stride: [2, 3], pad: everySide(1) },
  { input: [2, 6, 5, 3], filter: [1, 1, 3, 2], stride: [2, 2], pad: "valid" },
  { input: [2, 6, 5, 3], filter: [3, 2, 3, 2], stride: [1, 1], pad: ASYMMETRIC },
  { input: [1, 9, 5, 1], filter: [3, 3, 1, 2], stride: [3, 2], pad: ASYMMETRIC },
  { input: [2, 4, 4, 2], filter: [1, 1, 2, 3], stride: [1, 1], pad: 1 },
  { input: [1, 3, 3, 2], filter: [3, 3, 2, 1], stride: [1, 1], pad: "valid" },
  { input: [1, 5, 5, 2], filter: [2, 2, 2, 2], stride: [3, 3], pad: "valid" },
];

function convolution(at: Convolution, i: number): KernelCase[] {
  const { input, filter, stride, pad } = at;
  const { outShape } = backend_util.computeConv2DInfo(input, filter, stride, 1, pad);
  const title = `[${input}] * [${filter}], stride ${stride}, pad ${JSON.stringify(pad)}`;
  const attributes = { strides: stride, pad, dataFormat: "NHWC", dilations: [1, 1] };
  const x = normal(input, i);
  const w = normal(filter, i + 100);
  const dy = normal(outShape, i + 200);
  return [
    kernelCase("Conv2D", title, { x, filter: w }, attributes),
    kernelCase("Conv2DBackpropFilter", title, { x, dy }, { ...attributes, filterShape: filter }),
    kernelCase(
      "Conv2DBackpropInput",
      title,
      { dy, filter: w },
      { ...attributes, inputShape: input },
    ),
  ];
}

// Depthwise filters are [kh, kw, channels, multiplier].
const DEPTHWISE: readonly (Convolution & { readonly dilation: [number, number] })[] = [
  { input: [2, 6, 5, 3], filter: [3, 3, 3, 1], stride: [1, 1], pad: "same", dilation: [1, 1] },
  { input: [1, 7, 7, 2], filter: [3, 3, 2, 3], stride: [2, 2], pad: "same", dilation: [1, 1] },
  { input: [2, 5, 5, 1], filter: [2, 3, 1, 2], stride: [1, 1], pad: "valid", dilation: [1, 1] },
  { input: [1, 8, 7, 5], filter: [3, 3, 5, 1], stride: [1, 1], pad: 1, dilation: [2, 2] },
  { input: [1, 8, 7, 4], filter: [3, 3, 4, 2], stride: [2, 2], pad: 1, dilation: [1, 1] },
];

function depthwise(at: (typeof DEPTHWISE)[number], i: number): KernelCase[] {
  const { input, filter, stride, pad, dilation } = at;
  const { outShape } = backend_util.computeConv2DInfo(
    input,
    filter,
    stride,
    dilation,
    pad,
    undefined,
    true,
  );
  const title = `[${input}] * [${filter}], stride ${stride}, pad ${pad}, dilation ${dilation}`;
  const attributes = { strides: stride, pad, dilations: dilation };
  const x = normal(input, i);
  const w = normal(filter, i + 100);
  const dy = normal(outShape, i + 200);
  const forward = kernelCase("DepthwiseConv2dNative", title, { x, filter: w }, attributes);
  // tfjs's gradients leave the dilation out; Kindling's ask for none.
  if (dilation[0] > 1) return [forward];
  return [
    forward,
    kernelCase(
      "DepthwiseConv2dNativeBackpropFilter",
      title,
      { x, dy },
      { ...attributes, filterShape: filter },
    ),
    kernelCase(
      "DepthwiseConv2dNativeBackpropInput",
      title,
      { dy, filter: w },
      { ...attributes, inputShape: input },
    ),
  ];
}

const VOLUMES: readonly {
  readonly input: Five;
  readonly filter: Five;
  readonly stride: [number, number, number];
  readonly pad: "same" | "valid";
}[] = [
  { input: [1, 4, 5, 3, 2], filter: [2, 2, 2, 2, 3], stride: [1, 1, 1], pad: "valid" },
  { input: [2, 3, 4, 5, 1], filter: [3, 3, 3, 1, 2], stride: [1, 1, 1], pad: "same" },
  { input: [1, 5, 5, 4, 3], filter: [3, 2, 1, 3, 1], stride: [2, 2, 2], pad: "same" },
];

function volume({ input, filter, stride, pad }: (typeof VOLUMES)[number], i: number): KernelCase[] {
  const { outShape } = backend_util.computeConv3DInfo(input, filter, stride, 1, pad);
  const title = `[${input}] * [${filter}], stride ${stride}, pad ${pad}`;
  const attributes = { strides: stride, pad, dataFormat: "NDHWC", dilations: [1, 1, 1] };
  const x = normal(input, i);
  const w = normal(filter, i + 100);
  const dy = normal(outShape, i + 200);
  return [
    kernelCase("Conv3D", title, { x, filter: w }, attributes),
    kernelCase("Conv3DBackpropFilterV2", title, { x, dy }, { ...attributes, filterShape: filter }),
    kernelCase(
      "Conv3DBackpropInputV2",
      title,
      { dy, filter: w },
      { ...attributes, inputShape: input },
    ),
  ];
}

/** Convolutions in one, two and three dimensions, depthwise and fused ones, and their gradients. */
export const CONVOLUTION_CASES: readonly KernelCase[] = [
  ...CONVOLUTIONS.flatMap(convolution),
  ...DEPTHWISE.flatMap(depthwise),
  ...VOLUMES.flatMap(volume),
  opCase("conv2d with dilation", [normal([1, 9, 8, 2]), normal([3, 3, 2, 3], 2)], (x, w) =>
    conv2d(x as Tensor4D, w as Tensor4D, 1, "same", "NHWC", 2),
  ),
  opCase("conv1d", [normal([2, 9, 3]), normal([3, 3, 4], 2)], (x, w) =>
    conv1d(x as Tensor3D, w as Tensor3D, 2, "same"),
  ),
  opCase("conv2dTranspose", [normal([2, 4, 3, 3]), normal([3, 3, 2, 3], 2)], (x, w) =>
    conv2dTranspose(x as Tensor4D, w as Tensor4D, [2, 8, 6, 2], 2, "same"),
  ),
  opCase("conv3dTranspose", [normal([1, 2, 2, 3, 2]), normal([2, 2, 2, 3, 2], 2)], (x, w) =>
    conv3dTranspose(x as Tensor5D, w as Tensor5D, [1, 4, 4, 6, 3], 2, "same"),
  ),
  opCase(
    "separableConv2d",
    [normal([1, 5, 5, 2]), normal([3, 3, 2, 2], 2), normal([1, 1, 4, 3], 3)],
    (x, depth, point) =>
      separableConv2d(x as Tensor4D, depth as Tensor4D, point as Tensor4D, 1, "same"),
  ),
  ...(["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu"] as const).flatMap((activation) => [
    opCase(
      `fused.conv2d with bias and ${activation}`,
      [normal([2, 5, 4, 3]), normal([3, 3, 3, 4], 2), normal([4], 3)],
      (x, w, bias) =>
        fused.conv2d({
          x: x as Tensor4D,
          filter: w as Tensor4D,
          strides: 1,
          pad: "same",
          bias,
          activation,
          leakyreluAlpha: 0.2,
        }),
    ),
    opCase(
      `fused.depthwiseConv2d with bias and ${activation}`,
      [normal([2, 5, 4, 3]), normal([3, 3, 3, 1], 2), normal([3], 3)],
      (x, w, bias) =>
        fused.depthwiseConv2d({
          x: x as Tensor4D,
          filter: w as Tensor4D,
          strides: 1,
          pad: "same",
          bias,
          activation,
          leakyreluAlpha: 0.2,
        }),
    ),
  ]),
  opCase(
    "depthwiseConv2d of one channel",
    [normal([1, 4, 4, 1]), normal([2, 2, 1, 1], 2)],
    (x, w) => depthwiseConv2d(x as Tensor4D, w as Tensor4D, 1, "valid"),
  ),
  opCase("conv3d of one cell", [normal([1, 1, 1, 1, 2]), normal([1, 1, 1, 2, 2], 2)], (x, w) =>
    conv3d(x as Tensor5D, w as Tensor5D, 1, "valid"),
  ),
];
