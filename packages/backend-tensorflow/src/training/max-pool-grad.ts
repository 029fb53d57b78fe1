import { expectDtype, expectShape, poolInfo } from "@kindling/core/kernels";
import {
  type backend_util,
  type KernelConfig,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type NamedAttrMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { maxPools } from "../kernels/max-pools.ts";
import { defineKernel, sizeOf } from "./kernel.ts";
import { compute, idOf, integers, type Ops } from "./native.ts";

/** The gradient of max pooling, which goes to the first of equal values, as in PyTorch. */
export const maxPoolGrad: KernelConfig = defineKernel<
  { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
  MaxPoolGradAttrs
>(MaxPoolGrad, ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs;
  const info = poolInfo(MaxPoolGrad, input, attrs);
  if (!isTiled(info) || sizeOf(input) === 0 || input.dtype !== "float32") {
    const call = { inputs: { ...inputs }, attrs: attrs as object as NamedAttrMap, backend };
    return general.kernelFunc(call) as TensorInfo;
  }
  expectDtype(MaxPoolGrad, "float32", { dy });
  expectShape(MaxPoolGrad, info.outShape, dy);
  return compute(backend, (ops) => {
    const [x, down] = [idOf(backend, input), idOf(backend, dy)];
    return ops.tensor(tiled(ops, x, down, info.filterHeight), input.shape);
  });
});

/** Of windows of any kind. */
const general = maxPools.find(({ kernelName }) => kernelName === MaxPoolGrad) as KernelConfig;

/** More parts are more ops, which then take longer than TensorFlow's one. */
const LONGEST_SIDE = 3;

/** Square windows that cover the image and do not overlap. */
function isTiled({ padInfo, ...info }: backend_util.Conv2DInfo): boolean {
  const side = info.filterHeight;
  const sides = [info.filterWidth, info.strideHeight, info.strideWidth];
  const covered = info.outHeight * side === info.inHeight && info.outWidth * side === info.inWidth;
  return (
    covered &&
    side > 1 &&
    side <= LONGEST_SIDE &&
    sides.every((length) => length === side) &&
    padInfo.top === 0 &&
    padInfo.left === 0
  );
}

/**
 * The same for such windows, in ops that work on whole vectors. TensorFlow's own op for the CPU goes value by value
 * and takes two to three times as long, and cuDNN gives the gradient to whichever of equal maxima.
 */
function tiled(ops: Ops, x: number, dy: number, side: number): number {
  const blocks = [integers("block_size", side)];
  // A tensor for each place in a window.
  const deep = ops.run("SpaceToDepth", blocks, x);
  const places = ops.split(deep, side * side, 3);
  const parts = shares(ops, places, dy);
  return ops.run("DepthToSpace", blocks, ops.concat(parts, 3));
}

/** The gradient of each place: the second half has it where its maximum is the larger one, else the first. */
function shares(ops: Ops, places: readonly number[], dy: number): number[] {
  if (places.length === 1) return [dy];
  const { map } = ops;
  const middle = places.length >> 1;
  const [first, second] = [places.slice(0, middle), places.slice(middle)];
  const ahead = map("Sub", maximum(ops, second), maximum(ops, first));
  const ofSecond = map("ReluGrad", dy, ahead);
  return [...shares(ops, first, map("Sub", dy, ofSecond)), ...shares(ops, second, ofSecond)];
}

function maximum({ map }: Ops, places: readonly number[]): number {
  return places.reduce((largest, place) => map("Maximum", largest, place));
}
