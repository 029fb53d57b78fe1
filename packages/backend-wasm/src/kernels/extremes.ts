import {
  type BinaryInputs,
  backend_util,
  broadcastTo,
  ClipByValue,
  type ClipByValueAttrs,
  type KernelConfig,
  Maximum,
  Minimum,
  Relu6,
  Sign,
  type Tensor,
  type TensorInfo,
  tidy,
  type UnaryInputs,
  util,
} from "@tensorflow/tfjs-core";
import { allocate, type BackendWasm, defineKernel, track } from "./kernel.ts";

// tfjs's own turn a NaN into a number on the way, which hides that a training run has failed.

const clip = defineKernel<UnaryInputs, ClipByValueAttrs>(
  ClipByValue,
  ({ inputs: { x }, attrs: { clipValueMin, clipValueMax }, backend }) =>
    clipped(backend, x, clipValueMin, clipValueMax),
);

const relu6 = defineKernel<UnaryInputs>(Relu6, ({ inputs: { x }, backend }) =>
  clipped(backend, x, 0, 6),
);

// tfjs's own takes small numbers, such as 1e-30, for 0.
const sign = defineKernel<UnaryInputs>(Sign, ({ inputs: { x }, backend }) => {
  const output = allocate(backend, x.shape, x.dtype);
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(output);
  for (let i = 0; i < source.length; i++) {
    const value = source[i] as number;
    target[i] = value > 0 ? 1 : value < 0 ? -1 : 0;
  }
  return output;
});

const maximum = defineKernel<BinaryInputs>(Maximum, ({ inputs: { a, b }, backend }) =>
  broadcast(a, b, (left, right) => {
    const output = allocate(backend, left.shape, a.dtype);
    const x = backend.typedArrayFromHeap(left);
    const y = backend.typedArrayFromHeap(right);
    const larger = backend.typedArrayFromHeap(output);
    for (let i = 0; i < x.length; i++) larger[i] = Math.max(x[i] as number, y[i] as number);
    return output;
  }),
);

const minimum = defineKernel<BinaryInputs>(Minimum, ({ inputs: { a, b }, backend }) =>
  broadcast(a, b, (left, right) => {
    const output = allocate(backend, left.shape, a.dtype);
    const x = backend.typedArrayFromHeap(left);
    const y = backend.typedArrayFromHeap(right);
    const smaller = backend.typedArrayFromHeap(output);
    for (let i = 0; i < x.length; i++) smaller[i] = Math.min(x[i] as number, y[i] as number);
    return output;
  }),
);

/** Clipping, the larger and the smaller of two, and the sign, each of which keeps a NaN. */
export const extremes: readonly KernelConfig[] = [clip, relu6, sign, maximum, minimum];

function clipped(backend: BackendWasm, x: TensorInfo, low: number, high: number): TensorInfo {
  const output = allocate(backend, x.shape, x.dtype);
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(output);
  for (let i = 0; i < source.length; i++) {
    target[i] = Math.min(high, Math.max(low, source[i] as number));
  }
  return output;
}

function broadcast(
  a: TensorInfo,
  b: TensorInfo,
  run: (a: TensorInfo, b: TensorInfo) => TensorInfo,
): TensorInfo {
  if (util.arraysEqual(a.shape, b.shape)) return run(a, b);
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return tidy(() => {
    const [left, right] = [a, b].map((x) => {
      return util.arraysEqual(x.shape, shape) ? x : broadcastTo(x as Tensor, shape);
    }) as [TensorInfo, TensorInfo];
    return track(run(left, right));
  });
}
