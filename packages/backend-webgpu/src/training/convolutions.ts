import { type ConvolutionAttributes, FUSED } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  Conv2D,
  Conv2DBackpropInput,
  FusedConv2D,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, sizeOf, zeros } from "../kernels/kernel.ts";
import {
  DIRECT_INPUT_GRADIENT,
  directForward,
  type Geometry,
  geometryOf,
  geometryUniforms,
  outputShape,
} from "./convolution.ts";
import { filterGradient } from "./filter-gradient.ts";
import { dispatch, elementwise, groupsFor } from "./recorder.ts";

type Shape = readonly number[];

/** Convolutions with bias, of any stride, dilation, padding and groups at once, and their gradients. */
export const convolutions: readonly KernelConfig[] = [
  defineFloatKernel<
    { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
    ConvolutionAttributes
  >(FUSED.conv2d, ({ inputs: { x, filter, bias }, attrs, backend }) => {
    const geometry = geometryOf(FUSED.conv2d, x.shape, filter.shape, attrs);
    if (bias) expectShape(FUSED.conv2d, [geometry.outChannels], bias, "the bias");
    const taps = sizeOf(x) > 0 && sizeOf(filter) > 0;
    if (outputShape(geometry).includes(0)) return allocate(backend, outputShape(geometry));
    if (!taps && !bias) return zeros(backend, outputShape(geometry));
    // tfjs's tiles of a matrix product; it has no groups.
    if (taps && geometry.groups === 1) {
      const inputs = bias ? { x, filter, bias } : { x, filter };
      return stock(bias ? FusedConv2D : Conv2D, backend, inputs, geometry, {
        dilations: [...attrs.dilations],
      });
    }
    const y = allocate(backend, outputShape(geometry));
    dispatch(backend, {
      label: FUSED.conv2d,
      code: elementwise(directForward(bias !== undefined, taps)),
      reads: { ...(taps ? { x, weights: filter } : {}), ...(bias ? { bias } : {}) },
      writes: { y },
      uniforms: { ...geometryUniforms(geometry), size: ["u32", sizeOf(y)] },
      workgroups: groupsFor(sizeOf(y)),
    });
    return y;
  }),

  defineFloatKernel<
    { dy: TensorInfo; filter: TensorInfo },
    ConvolutionAttributes & { inputShape: Shape }
  >(FUSED.conv2dInputGrad, ({ inputs: { dy, filter }, attrs, backend }) => {
    const { inputShape } = attrs;
    const geometry = geometryOf(FUSED.conv2dInputGrad, inputShape, filter.shape, attrs);
    expectShape(FUSED.conv2dInputGrad, outputShape(geometry), dy);
    if (inputShape.includes(0)) return allocate(backend, inputShape);
    if (sizeOf(dy) === 0 || sizeOf(filter) === 0) return zeros(backend, inputShape);
    // tfjs has no dilation in this direction.
    if (geometry.groups === 1 && attrs.dilations.every((dilation) => dilation === 1)) {
      const inputs = { dy, filter };
      return stock(Conv2DBackpropInput, backend, inputs, geometry, { inputShape: [...inputShape] });
    }
    const dx = allocate(backend, inputShape);
    dispatch(backend, {
      label: FUSED.conv2dInputGrad,
      code: elementwise(DIRECT_INPUT_GRADIENT),
      reads: { dy, weights: filter },
      writes: { dx },
      uniforms: { ...geometryUniforms(geometry), size: ["u32", sizeOf(dx)] },
      workgroups: groupsFor(sizeOf(dx)),
    });
    return dx;
  }),

  defineFloatKernel<
    { x: TensorInfo; dy: TensorInfo },
    ConvolutionAttributes & { filterShape: Shape }
  >(FUSED.conv2dFilterGrad, ({ inputs: { x, dy }, attrs, backend }) => {
    const { filterShape } = attrs;
    const geometry = geometryOf(FUSED.conv2dFilterGrad, x.shape, filterShape, attrs);
    expectShape(FUSED.conv2dFilterGrad, outputShape(geometry), dy);
    if (filterShape.includes(0)) return allocate(backend, filterShape);
    if (sizeOf(x) === 0 || sizeOf(dy) === 0) return zeros(backend, filterShape);
    return filterGradient(FUSED.conv2dFilterGrad, backend, { x, dy }, filterShape, geometry);
  }),
];

function stock(
  kernel: string,
  backend: WebGPUBackend,
  inputs: NamedTensorInfoMap,
  { attributes: { strides, padding } }: Geometry,
  rest: NamedAttrMap,
): TensorInfo {
  const [vertical, horizontal] = padding;
  const pad = [[0, 0], [...vertical], [...horizontal], [0, 0]];
  const attrs = { strides: [...strides], pad, dataFormat: "NHWC", ...rest };
  const { kernelFunc } = getKernel(kernel, "webgpu") as KernelConfig;
  return kernelFunc({ inputs, backend, attrs }) as TensorInfo;
}
