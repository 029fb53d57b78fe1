import type { GradConfig, Tensor } from "@tensorflow/tfjs-core";
import { stridedSlice } from "@tensorflow/tfjs-core";
import { type Gradients, gradient, run } from "./gradient.ts";
import { zerosBetween } from "./zeros-between.ts";

/** The attributes that matter here; the rest (strides, pad, dataFormat, …) are handed on. */
interface ConvolutionAttributes {
  readonly dilations?: number | number[] | null;
}

interface Family {
  readonly forward: string;
  readonly inputGradient: string;
  readonly filterGradient: string;
  /** How many axes are convolved. */
  readonly spatial: number;
}

const FAMILIES: readonly Family[] = [
  {
    forward: "Conv2D",
    inputGradient: "Conv2DBackpropInput",
    filterGradient: "Conv2DBackpropFilter",
    spatial: 2,
  },
  {
    forward: "DepthwiseConv2dNative",
    inputGradient: "DepthwiseConv2dNativeBackpropInput",
    filterGradient: "DepthwiseConv2dNativeBackpropFilter",
    spatial: 2,
  },
  {
    forward: "Conv3D",
    inputGradient: "Conv3DBackpropInputV2",
    filterGradient: "Conv3DBackpropFilterV2",
    spatial: 3,
  },
];

/**
 * Convolutions and, because the gradients of a convolution are convolutions, their second derivatives.
 *
 * No backend's gradient kernels know dilation: the filter is dilated with zeros instead, and the
 * filter's gradient is the taps of the larger one.
 */
export const convolutionGradients: readonly GradConfig[] = FAMILIES.flatMap((family) => [
  gradient(
    family.forward,
    { inputs: ["x", "filter"] },
    (dy, { x, filter }, attributes: ConvolutionAttributes): Gradients => {
      const dilations = perAxis(attributes.dilations, family.spatial);
      const undilated = { ...attributes, dilations: dilations.map(() => 1) };
      return {
        x: () =>
          run(
            family.inputGradient,
            { dy, filter: dilated(filter, dilations) },
            { ...undilated, inputShape: x.shape },
          ),
        filter: () => {
          const filterShape = filter.shape.map(
            (size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1,
          );
          const whole = run(family.filterGradient, { x, dy }, { ...undilated, filterShape });
          return taps(whole, dilations);
        },
      };
    },
  ),
  gradient(
    family.inputGradient,
    { inputs: ["dy", "filter"] },
    (ddx, { dy, filter }, attributes: ConvolutionAttributes) => {
      const all = { ...attributes, dilations: perAxis(attributes.dilations, family.spatial) };
      return {
        dy: () => run(family.forward, { x: ddx, filter }, all),
        filter: () =>
          run(family.filterGradient, { x: ddx, dy }, { ...all, filterShape: filter.shape }),
      };
    },
  ),
  gradient(
    family.filterGradient,
    { inputs: ["x", "dy"] },
    (ddw, { x, dy }, attributes: ConvolutionAttributes) => {
      const all = { ...attributes, dilations: perAxis(attributes.dilations, family.spatial) };
      return {
        x: () => run(family.inputGradient, { dy, filter: ddw }, { ...all, inputShape: x.shape }),
        dy: () => run(family.forward, { x, filter: ddw }, all),
      };
    },
  ),
]);

function perAxis(dilations: ConvolutionAttributes["dilations"], spatial: number): number[] {
  return Array.isArray(dilations) ? dilations : Array<number>(spatial).fill(dilations ?? 1);
}

function dilated(filter: Tensor, dilations: readonly number[]): Tensor {
  return dilations.reduce((wider, dilation, axis) => zerosBetween(wider, axis, dilation), filter);
}

function taps(filter: Tensor, dilations: readonly number[]): Tensor {
  if (dilations.every((dilation) => dilation === 1)) return filter;
  return stridedSlice(
    filter,
    filter.shape.map(() => 0),
    filter.shape,
    filter.shape.map((_, axis) => dilations[axis] ?? 1),
  );
}
