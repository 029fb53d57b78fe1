// Convolutions as PyTorch counts them, in the terms of TensorFlow's ops.
import type { ConvolutionAttributes } from "@kindling/core";
import { type ConvolutionSizes, convolutionSizes } from "@kindling/core/kernels";
import { type Attributes, integers, text } from "./native.ts";

export interface Geometry extends ConvolutionSizes, ConvolutionAttributes {
  readonly filterShape: readonly number[];
  /** Each input channel has filters of its own, which is an op of its own in TensorFlow. */
  readonly depthwise: boolean;
}

/** @throws {ShapeError | ArgumentError} when the shapes and attributes do not fit. */
export function geometryOf(
  where: string,
  x: readonly number[],
  filterShape: readonly number[],
  attributes: ConvolutionAttributes,
): Geometry {
  const sizes = convolutionSizes(where, x, filterShape, attributes);
  const { strides, groups } = attributes;
  // That op has one stride for both axes.
  const depthwise = groups > 1 && groups === sizes.inChannels && strides[0] === strides[1];
  const { dilations, padding } = attributes;
  return { ...sizes, strides, dilations, padding, groups, filterShape, depthwise };
}

export function inputShape({ batchSize, inHeight, inWidth, inChannels }: Geometry): number[] {
  return [batchSize, inHeight, inWidth, inChannels];
}

export function outputShape({ batchSize, outHeight, outWidth, outChannels }: Geometry): number[] {
  return [batchSize, outHeight, outWidth, outChannels];
}

/** One group of it, as a convolution of its own. */
export function groupOf(g: Geometry): Geometry {
  const filterShape = [...g.filterShape.slice(0, 3), g.outChannels / g.groups];
  return {
    ...{ ...g, groups: 1, filterShape, depthwise: false },
    inChannels: g.inChannels / g.groups,
    outChannels: g.outChannels / g.groups,
  };
}

/** The filter as the ops take it: the depthwise one is given `[kh, kw, in, out / in]`. */
export function nativeFilterShape({ filterShape, depthwise, inChannels }: Geometry): number[] {
  const [height, width, , out] = filterShape as [number, number, number, number];
  return depthwise ? [height, width, inChannels, out / inChannels] : [...filterShape];
}

export function isDilated({ dilations }: Geometry): boolean {
  return Math.max(...dilations) > 1;
}

/** The same convolution with a filter that has zeros where the dilated one leaves values out. */
export function undilated(g: Geometry): Geometry {
  const { dilations, filterShape } = g;
  const [height, width] = [0, 1].map((axis) => {
    return ((filterShape[axis] as number) - 1) * (dilations[axis] as number) + 1;
  }) as [number, number];
  return {
    ...{ ...g, dilations: [1, 1], filterHeight: height, filterWidth: width },
    filterShape: [height, width, ...filterShape.slice(2)],
  };
}

/** The same convolution of an input that has its padding already. */
export function unpadded(g: Geometry): Geometry {
  const [[top, bottom], [left, right]] = g.padding;
  return {
    ...g,
    ...{ inHeight: top + g.inHeight + bottom, inWidth: left + g.inWidth + right },
    padding: [
      [0, 0],
      [0, 0],
    ],
  };
}

/** Whether windows of one value step over values of an input without padding. */
export function stepsOver({ filterHeight, filterWidth, strides }: Geometry): boolean {
  return filterHeight * filterWidth === 1 && Math.max(...strides) > 1;
}

/** The same convolution of just the values that such windows see. */
export function closedUp(g: Geometry): Geometry {
  return { ...g, inHeight: g.outHeight, inWidth: g.outWidth, strides: [1, 1] };
}

/**
 * TensorFlow's word for the padding. Its ops for the two that have a name are several times as fast as those that
 * are told amounts.
 */
export function paddingName(g: Geometry): "VALID" | "SAME" | "EXPLICIT" {
  const axes = [0, 1].map((axis) => {
    const [before] = g.padding[axis as 0 | 1];
    const stride = g.strides[axis as 0 | 1];
    const [size, windows] = axis === 0 ? [g.inHeight, g.outHeight] : [g.inWidth, g.outWidth];
    const length = axis === 0 ? g.filterHeight : g.filterWidth;
    const reach = (length - 1) * g.dilations[axis as 0 | 1] + 1;
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    return {
      // Padding at the end that no window reaches is not there.
      valid: before === 0 && windows === Math.floor((size - reach) / stride) + 1,
      same: before === Math.floor(total / 2) && windows === Math.ceil(size / stride),
    };
  });
  if (axes.every(({ valid }) => valid)) return "VALID";
  return axes.every(({ same }) => same) ? "SAME" : "EXPLICIT";
}

/** The attributes that the convolution and both of its gradients share. */
export function nativeAttributes(g: Geometry): Attributes {
  const padding = paddingName(g);
  const amounts = g.padding.flat();
  return [
    integers("strides", [1, ...g.strides, 1]),
    ...(isDilated(g) ? [integers("dilations", [1, ...g.dilations, 1])] : []),
    text("padding", padding),
    ...(padding === "EXPLICIT" ? [integers("explicit_paddings", [0, 0, ...amounts, 0, 0])] : []),
  ];
}
