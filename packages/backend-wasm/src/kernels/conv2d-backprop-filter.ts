import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  conv2d,
  type KernelConfig,
  slice,
  type Tensor4D,
  tidy,
  transpose,
  zeros,
} from "@tensorflow/tfjs-core";
import { defineFloatKernel, expectNhwc, expectShape } from "./kernel.ts";
import { spelledOut } from "./padding.ts";

/**
 * The weight gradient of a convolution, which tfjs's wasm backend lacks.
 *
 * It is itself a convolution: batch and channels change places, the upstream gradient is the filter,
 * and the stride becomes the filter's dilation. So XNNPACK's forward kernel computes it.
 *
 * | tensor | shape                 |
 * | ------ | --------------------- |
 * | `x`    | `[n, h, w, in]`       |
 * | `dy`   | `[n, oh, ow, out]`    |
 * | result | `[kh, kw, in, out]`   |
 */
export const conv2dBackpropFilter: KernelConfig = defineFloatKernel<
  Conv2DBackpropFilterInputs,
  Conv2DBackpropFilterAttrs
>(Conv2DBackpropFilter, ({ inputs, attrs }) => {
  const x = inputs.x as Tensor4D;
  const dy = inputs.dy as Tensor4D;
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs;
  expectNhwc(Conv2DBackpropFilter, dataFormat);
  const info = backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    spelledOut(pad),
    dimRoundingMode,
  );
  expectShape(Conv2DBackpropFilter, info.outShape, dy);
  if (x.size === 0 || dy.size === 0) return zeros(filterShape);
  const { filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth } = info;
  const { strideHeight, strideWidth, padInfo } = info;
  // As much padding below and right as the last window needs; with less input than that left over
  // the result has more than the filter's rows, and is cut.
  const below = (outHeight - 1) * strideHeight + filterHeight - inHeight - padInfo.top;
  const right = (outWidth - 1) * strideWidth + filterWidth - inWidth - padInfo.left;
  return tidy(() => {
    const gradient = conv2d(
      transpose(x, [3, 1, 2, 0]), // [in, h, w, n]
      transpose(dy, [1, 2, 0, 3]), // [oh, ow, n, out]
      1,
      [
        [0, 0],
        [padInfo.top, Math.max(0, below)],
        [padInfo.left, Math.max(0, right)],
        [0, 0],
      ],
      "NHWC",
      [strideHeight, strideWidth],
    ); // [in, kh, kw, out]
    const whole = below >= 0 && right >= 0;
    const [inChannels, , , outChannels] = gradient.shape;
    const cut = whole
      ? gradient
      : slice(gradient, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels]);
    return transpose(cut, [1, 2, 0, 3]);
  });
});
