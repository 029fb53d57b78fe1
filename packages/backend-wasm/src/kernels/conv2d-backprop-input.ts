import {
  backend_util,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  conv2d,
  type KernelConfig,
  slice,
  type Tensor4D,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import {
  allocate,
  type BackendWasm,
  defineFloatKernel,
  expectNhwc,
  expectShape,
  floats,
  track,
} from "./kernel.ts";
import { spelledOut } from "./padding.ts";

/**
 * The input gradient of a convolution, and the forward pass of a transposed one.
 *
 * It is a convolution of the upstream gradient, spread out by the stride, with the filter turned
 * around; XNNPACK's forward kernel does that several times as fast as tfjs's own loops.
 *
 * | tensor   | shape                |
 * | -------- | -------------------- |
 * | `dy`     | `[n, oh, ow, out]`   |
 * | `filter` | `[kh, kw, in, out]`  |
 * | result   | `[n, h, w, in]`      |
 */
export const conv2dBackpropInput: KernelConfig = defineFloatKernel<
  Conv2DBackpropInputInputs,
  Conv2DBackpropInputAttrs
>(Conv2DBackpropInput, ({ inputs, attrs, backend }) => {
  const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs;
  const dy = inputs.dy as Tensor4D;
  const filter = inputs.filter as Tensor4D;
  expectNhwc(Conv2DBackpropInput, dataFormat);
  const info = backend_util.computeConv2DInfo(
    inputShape,
    filter.shape,
    strides,
    1,
    spelledOut(pad),
    dimRoundingMode,
  );
  expectShape(Conv2DBackpropInput, info.outShape, dy);
  if (dy.size === 0 || filter.size === 0) return zeros(inputShape);
  const { padInfo, strideHeight, strideWidth } = info;
  const rows = span(info.inHeight, info.outHeight, info.filterHeight, strideHeight, padInfo.top);
  const columns = span(info.inWidth, info.outWidth, info.filterWidth, strideWidth, padInfo.left);
  return tidy(() => {
    const whole = conv2d(
      strideHeight === 1 && strideWidth === 1 ? dy : spread(backend, dy, strideHeight, strideWidth),
      turn(backend, filter),
      1,
      [[0, 0], rows.padding, columns.padding, [0, 0]],
    );
    return rows.exact && columns.exact
      ? whole
      : slice(whole, [0, rows.skip, columns.skip, 0], inputShape);
  });
});

/** How one axis of the convolution covers the input: its padding, and what to cut off. */
interface Span {
  readonly padding: [number, number];
  readonly skip: number;
  readonly exact: boolean;
}

function span(size: number, outputs: number, filter: number, stride: number, pad: number): Span {
  const before = Math.max(0, filter - 1 - pad);
  const skip = Math.max(0, pad - (filter - 1));
  // What is missing at the end for the input's size; negative when the last windows reach past it.
  const after = size + skip - ((outputs - 1) * stride + 1 + before - filter + 1);
  return { padding: [before, Math.max(0, after)], skip, exact: skip === 0 && after >= 0 };
}

// dy with stride − 1 zeros between its rows and columns.
function spread(
  backend: BackendWasm,
  dy: Tensor4D,
  strideHeight: number,
  strideWidth: number,
): Tensor4D {
  const [n, oh, ow, channels] = dy.shape;
  const height = (oh - 1) * strideHeight + 1;
  const width = (ow - 1) * strideWidth + 1;
  const info = allocate(backend, [n, height, width, channels]);
  const source = floats(backend, dy);
  const target = floats(backend, info).fill(0);
  let from = 0;
  for (let b = 0; b < n; b++) {
    for (let i = 0; i < oh; i++) {
      let to = (b * height + i * strideHeight) * width * channels;
      for (let j = 0; j < ow; j++, to += strideWidth * channels) {
        for (let c = 0; c < channels; c++) target[to + c] = source[from++] as number;
      }
    }
  }
  return track(info);
}

// The filter rotated by half a turn, its channels exchanged: [kh, kw, out, in].
function turn(backend: BackendWasm, filter: Tensor4D): Tensor4D {
  const [kh, kw, inputs, outputs] = filter.shape;
  const info = allocate(backend, [kh, kw, outputs, inputs]);
  const source = floats(backend, filter);
  const target = floats(backend, info);
  let from = 0;
  for (let tap = kh * kw - 1; tap >= 0; tap--) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        target[(tap * outputs + o) * inputs + i] = source[from++] as number;
      }
    }
  }
  return track(info);
}
