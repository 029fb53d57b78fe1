// Convolutions of volumes. TensorFlow's ops know SAME and VALID only, and its CPU gradients no dilation.
import {
  backend_util,
  Conv3D,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import {
  type Border,
  bordered,
  borderedShape,
  borderOf,
  namedPadding,
  withoutBorders,
} from "./borders.ts";
import { defineKernel } from "./kernel.ts";
import { type OpAttributes, runOp, withInts } from "./op.ts";

type Five = [number, number, number, number, number];
type Three = [number, number, number];

interface VolumeAttributes {
  readonly strides: Three | number;
  readonly pad: "same" | "valid" | number;
  readonly dilations?: Three | number | null;
}

const conv3d = defineKernel<{ x: TensorInfo; filter: TensorInfo }, VolumeAttributes>(
  Conv3D,
  ({ inputs: { x, filter }, attrs, backend }) => {
    const { attributes, borders, padding } = convolution(x.shape, filter.shape, attrs);
    if (padding !== null) return runOp(backend, Conv3D, [x, filter], { ...attributes, padding });
    const whole = bordered(backend, x, borders, 0);
    const y = runOp(backend, Conv3D, [whole, filter], { ...attributes, padding: "VALID" });
    whole.dispose();
    return y;
  },
);

const inputGradient = defineKernel<
  { dy: TensorInfo; filter: TensorInfo },
  VolumeAttributes & { readonly inputShape: Five }
>(Conv3DBackpropInputV2, ({ inputs: { dy, filter }, attrs, backend }) => {
  const { inputShape } = attrs;
  const { attributes, borders, padding } = convolution(inputShape, filter.shape, attrs);
  const gradient = withInts(backend, borderedShape(inputShape, padding ? [] : borders), (sizes) =>
    runOp(backend, Conv3DBackpropInputV2, [sizes, filter, dy], {
      ...attributes,
      padding: padding ?? "VALID",
    }),
  );
  if (padding !== null) return gradient;
  const inner = withoutBorders(backend, gradient, borders, inputShape);
  gradient.dispose();
  return inner;
});

const filterGradient = defineKernel<
  { x: TensorInfo; dy: TensorInfo },
  VolumeAttributes & { readonly filterShape: Five }
>(Conv3DBackpropFilterV2, ({ inputs: { x, dy }, attrs, backend }) => {
  const { filterShape } = attrs;
  const { attributes, borders, padding } = convolution(x.shape, filterShape, attrs);
  const whole = padding === null ? bordered(backend, x, borders, 0) : null;
  const gradient = withInts(backend, filterShape, (sizes) =>
    runOp(backend, Conv3DBackpropFilterV2, [whole ?? x, sizes, dy], {
      ...attributes,
      padding: padding ?? "VALID",
    }),
  );
  whole?.dispose();
  return gradient;
});

/** Forward and backward. */
export const volumeKernels: readonly KernelConfig[] = [conv3d, inputGradient, filterGradient];

interface Convolution {
  readonly attributes: OpAttributes;
  /** What the windows need along depth, rows and columns. */
  readonly borders: readonly Border[];
  /** TensorFlow's name for that; null where it has none. */
  readonly padding: "SAME" | "VALID" | null;
}

function convolution(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations }: VolumeAttributes,
): Convolution {
  const info = backend_util.computeConv3DInfo(
    input as Five,
    filter as Five,
    strides,
    dilations ?? 1,
    pad,
  );
  const { padInfo } = info;
  const axes = [
    [info.inDepth, info.outDepth, info.effectiveFilterDepth, info.strideDepth, padInfo.front],
    [info.inHeight, info.outHeight, info.effectiveFilterHeight, info.strideHeight, padInfo.top],
    [info.inWidth, info.outWidth, info.effectiveFilterWidth, info.strideWidth, padInfo.left],
  ].map(([size = 0, count = 0, length = 0, stride = 0, before = 0]) => {
    return { size, count, length, stride, before };
  });
  return {
    attributes: {
      strides: [1, info.strideDepth, info.strideHeight, info.strideWidth, 1],
      dilations: [1, info.dilationDepth, info.dilationHeight, info.dilationWidth, 1],
    },
    // tfjs's `same` cuts the tensor where a stride is longer than its window, which has no name in TensorFlow.
    borders: axes.map(borderOf),
    padding: namedPadding(axes),
  };
}
