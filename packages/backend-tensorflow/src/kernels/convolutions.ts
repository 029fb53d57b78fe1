// Convolutions of images. tfjs-node's refuse padding in numbers, and its gradients leave dilation out and refuse
// padding that is spelled out as well; TensorFlow's ops take all of it.
import { expectNhwc, type Padding, spelledOut } from "@kindling/core/kernels";
import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelConfig,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";
import {
  type Border,
  bordered,
  borderedShape,
  borderOf,
  namedPadding,
  type Windows,
  withoutBorders,
} from "./borders.ts";
import { defineKernel, type KernelCall } from "./kernel.ts";
import { type OpAttributes, runOp, withInts } from "./op.ts";
import { spreadFilter } from "./spread-filter.ts";
import { runStock } from "./stock.ts";

type Four = [number, number, number, number];
type Two = [number, number];

/** The attributes of every convolution of images. */
interface ConvolutionAttributes {
  readonly strides: Two | number;
  readonly pad: Padding;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dilations?: Two | number | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

type ForwardInputs = Readonly<Record<string, TensorInfo>> & { x: TensorInfo; filter: TensorInfo };

const DEPTHWISE: readonly string[] = [
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  FusedDepthwiseConv2D,
];

const forwards: readonly KernelConfig[] = [
  Conv2D,
  FusedConv2D,
  DepthwiseConv2dNative,
  FusedDepthwiseConv2D,
].map((name) =>
  defineKernel<ForwardInputs, ConvolutionAttributes>(name, (call) => forward(name, call)),
);

function forward(
  name: string,
  { inputs, attrs, backend }: KernelCall<ForwardInputs, ConvolutionAttributes>,
): TensorInfo {
  if (typeof attrs.pad === "string") return runStock(name, inputs, attrs, backend);
  const { x, filter } = inputs;
  const { borders, padding, steps } = convolution(name, x.shape, filter.shape, attrs);
  const spread = DEPTHWISE.includes(name) ? spreadFilter(backend, filter, steps.dilations) : null;
  if (spread) {
    const whole = { ...inputs, filter: spread };
    const y = forward(name, { inputs: whole, attrs: { ...attrs, dilations: 1 }, backend });
    spread.dispose();
    return y;
  }
  const rest = { ...attrs, dimRoundingMode: undefined };
  if (!cuts(borders)) {
    const named = padding.padding.toLowerCase();
    const pad = named === "explicit" ? [[0, 0], ...borders, [0, 0]] : named;
    return runStock(name, inputs, { ...rest, pad }, backend);
  }
  const inner = bordered(backend, x, borders, 0);
  const y = runStock(name, { ...inputs, x: inner }, { ...rest, pad: "valid" }, backend);
  inner.dispose();
  return y;
}

const inputGradients: readonly KernelConfig[] = [
  Conv2DBackpropInput,
  DepthwiseConv2dNativeBackpropInput,
].map((name) =>
  defineKernel<
    { dy: TensorInfo; filter: TensorInfo },
    ConvolutionAttributes & { readonly inputShape: Four }
  >(name, ({ inputs: { dy, filter }, attrs, backend }) => {
    const { inputShape } = attrs;
    const { borders, padding, steps } = convolution(name, inputShape, filter.shape, attrs);
    const spread = spreadFilter(backend, filter, steps.dilations);
    const isCut = cuts(borders);
    const shape = isCut ? borderedShape(inputShape, borders) : inputShape;
    const whole = withInts(backend, shape, (sizes) =>
      runOp(backend, name, [sizes, spread ?? filter, dy], {
        ...steps,
        ...(spread ? { dilations: [1, 1, 1, 1] } : {}),
        ...(isCut ? { padding: "VALID" } : padding),
      }),
    );
    spread?.dispose();
    if (!isCut) return whole;
    const gradient = withoutBorders(backend, whole, borders, inputShape);
    whole.dispose();
    return gradient;
  }),
);

const filterGradients: readonly KernelConfig[] = [
  Conv2DBackpropFilter,
  DepthwiseConv2dNativeBackpropFilter,
].map((name) =>
  defineKernel<
    { x: TensorInfo; dy: TensorInfo },
    ConvolutionAttributes & { readonly filterShape: Four }
  >(name, ({ inputs: { x, dy }, attrs, backend }) => {
    const { filterShape } = attrs;
    const { borders, padding, steps } = convolution(name, x.shape, filterShape, attrs);
    const [height, width, within, out] = filterShape;
    // oneDNN's for windows of one value that step over others writes where it should not, and is wrong
    // (docs/tensorflow-facts.md, 9): of just those that they see.
    const steppedOver = height * width === 1 && Math.max(...steps.strides) > 1;
    const isSeen = steppedOver && !backend.isUsingGpuDevice;
    const isCut = isSeen || cuts(borders);
    const whole = isCut ? bordered(backend, x, borders, 0) : null;
    const seen = isSeen && whole ? every(backend, whole, whole.shape, steps.strides) : null;
    // TensorFlow's own for a dilated filter on the CPU writes where it should not: the taps of a dense one.
    const [, down = 1, across = 1] = backend.isUsingGpuDevice ? [] : steps.dilations;
    const dense = down * across > 1;
    const shape = [(height - 1) * down + 1, (width - 1) * across + 1, within, out];
    const attributes = {
      ...steps,
      ...(dense ? { dilations: [1, 1, 1, 1] } : {}),
      ...(isSeen ? { strides: [1, 1, 1, 1] } : {}),
      ...(isCut ? { padding: "VALID" } : padding),
    };
    const gradient = withInts(backend, shape, (sizes) =>
      runOp(backend, name, [seen ?? whole ?? x, sizes, dy], attributes),
    );
    whole?.dispose();
    seen?.dispose();
    if (!dense) return gradient;
    const taps = every(backend, gradient, shape, [down, across, 1, 1]);
    gradient.dispose();
    return taps;
  }),
);

/** Forward and backward, with and without a bias and an activation, depthwise or not. */
export const convolutionKernels: readonly KernelConfig[] = [
  ...forwards,
  ...inputGradients,
  ...filterGradients,
];

/** Every so many values along each axis, from the first. */
function every(
  backend: NodeBackend,
  x: TensorInfo,
  shape: readonly number[],
  steps: readonly number[],
): Tensor {
  return withInts(
    backend,
    shape.map(() => 0),
    (begin) =>
      withInts(backend, shape, (end) =>
        withInts(backend, steps, (stride) =>
          runOp(backend, "StridedSlice", [x, begin, end, stride]),
        ),
      ),
  );
}

interface Steps {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

interface Convolution {
  /** What the windows need along rows and columns. */
  readonly borders: readonly Border[];
  /** TensorFlow's attributes for just that. */
  readonly padding: OpAttributes & { readonly padding: string };
  /** TensorFlow's other attributes. */
  readonly steps: Steps & OpAttributes;
}

function convolution(
  name: string,
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat, dilations, dimRoundingMode }: ConvolutionAttributes,
): Convolution {
  expectNhwc(name, dataFormat ?? "NHWC");
  const info = backend_util.computeConv2DInfo(
    input as Four,
    filter as Four,
    strides,
    dilations ?? 1,
    spelledOut(pad),
    dimRoundingMode,
    DEPTHWISE.includes(name),
  );
  const axes = [
    {
      size: info.inHeight,
      count: info.outHeight,
      length: info.effectiveFilterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    {
      size: info.inWidth,
      count: info.outWidth,
      length: info.effectiveFilterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  ];
  return {
    borders: axes.map(borderOf),
    padding: paddingOf(axes),
    steps: {
      strides: [1, info.strideHeight, info.strideWidth, 1],
      dilations: [1, info.dilationHeight, info.dilationWidth, 1],
    },
  };
}

// The op with a name is several times as fast as the same one with numbers.
function paddingOf(axes: readonly Windows[]): Convolution["padding"] {
  const name = namedPadding(axes);
  if (name !== null) return { padding: name };
  return { padding: "EXPLICIT", explicit_paddings: [0, 0, ...axes.flatMap(borderOf), 0, 0] };
}

// On the CPU TensorFlow's gradients take dilation, or padding in numbers, not both.
function cuts(borders: readonly Border[]): boolean {
  return borders.flat().some((cells) => cells < 0);
}
