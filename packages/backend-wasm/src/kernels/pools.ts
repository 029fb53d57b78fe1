import { expectShape, poolInfo } from "@kindling/core/kernels";
import {
  AvgPool,
  type AvgPoolAttrs,
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  type AvgPoolGradInputs,
  type AvgPoolInputs,
  type backend_util,
  type KernelConfig,
  MaxPool,
  type MaxPoolAttrs,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type MaxPoolGradInputs,
  type MaxPoolInputs,
} from "@tensorflow/tfjs-core";
import type { DilatedWindows, PaddedWindows } from "../simd/pooling-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineFloatKernel, pointer } from "./kernel.ts";

/** Max pooling of images, `[n, h, w, c]` to `[n, oh, ow, c]`; a NaN comes out as NaN, as in PyTorch. */
const maxPool = defineFloatKernel<MaxPoolInputs, MaxPoolAttrs>(
  MaxPool,
  ({ inputs: { x }, attrs, backend }) => {
    const info = poolInfo(MaxPool, x, attrs);
    const y = allocate(backend, info.outShape);
    sideModule(backend).kernels.maxPool(pointer(backend, x), pointer(backend, y), ...dilated(info));
    return y;
  },
);

/**
 * The gradient of max pooling: each window's goes to the place of its maximum.
 *
 * The first maximum wins a tie and a NaN counts as the largest, as in PyTorch. tfjs's own loses the
 * gradient of every window whose maximum is not positive.
 */
const maxPoolGrad = defineFloatKernel<MaxPoolGradInputs, MaxPoolGradAttrs>(
  MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const info = poolInfo(MaxPoolGrad, input, attrs);
    expectShape(MaxPoolGrad, info.outShape, dy);
    const dx = allocate(backend, input.shape);
    const at = [dy, input, dx].map((tensor) => pointer(backend, tensor)) as [
      number,
      number,
      number,
    ];
    sideModule(backend).kernels.maxPoolGrad(...at, ...dilated(info));
    return dx;
  },
);

/** Average pooling of images, `[n, h, w, c]` to `[n, oh, ow, c]`; padding does not count. */
const avgPool = defineFloatKernel<AvgPoolInputs, AvgPoolAttrs>(
  AvgPool,
  ({ inputs: { x }, attrs, backend }) => {
    const info = poolInfo(AvgPool, x, attrs);
    const y = allocate(backend, info.outShape);
    sideModule(backend).kernels.avgPool(pointer(backend, x), pointer(backend, y), ...padded(info));
    return y;
  },
);

/**
 * The gradient of average pooling: each window's is shared by its cells.
 *
 * The forward pass divides by the count of cells that are not padding; so does this, where tfjs's own
 * divides by the size of the window.
 */
const avgPoolGrad = defineFloatKernel<
  AvgPoolGradInputs,
  AvgPoolGradAttrs & Pick<AvgPoolAttrs, "dimRoundingMode">
>(AvgPoolGrad, ({ inputs: { dy, input }, attrs, backend }) => {
  const info = poolInfo(AvgPoolGrad, input, attrs);
  expectShape(AvgPoolGrad, info.outShape, dy);
  const dx = allocate(backend, input.shape);
  const { kernels } = sideModule(backend);
  kernels.avgPoolGrad(pointer(backend, dy), pointer(backend, dx), ...padded(info));
  return dx;
});

export const pools: readonly KernelConfig[] = [maxPool, maxPoolGrad, avgPool, avgPoolGrad];

type Windows = PaddedWindows extends [...infer Common, number, number, number] ? Common : never;

function dilated(info: backend_util.Conv2DInfo): DilatedWindows {
  return [...windows(info), info.dilationHeight, info.dilationWidth] as DilatedWindows;
}

function padded(info: backend_util.Conv2DInfo): PaddedWindows {
  // tfjs counts the cells inside the image only.
  const { bottom, right } = info.padInfo;
  return [...windows(info), bottom, right, 0] as PaddedWindows;
}

function windows(info: backend_util.Conv2DInfo): Windows {
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, info.filterHeight, info.filterWidth],
    ...[info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left],
  ] as Windows;
}
