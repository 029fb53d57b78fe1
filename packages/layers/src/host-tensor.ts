import { type Rank, type ShapeMap, type Tensor, tensor } from "@tensorflow/tfjs-core";

/** A tensor's values in ordinary memory, in PyTorch's shape and layout, row-major. */
export interface HostTensor {
  /** In PyTorch's axis order. */
  readonly shape: readonly number[];
  /** The type of the values. */
  readonly dtype: "float32" | "int32";
  /** As many values as the shape says, row-major. */
  readonly data: Float32Array | Int32Array;
}

/** A module's parameters and persistent buffers by PyTorch's names. */
export type StateDict = Record<string, HostTensor>;

/** The values of `data` (of `shape`) with its axes in the order `permutation`, as `transpose` does. */
export function permuted<T extends Float32Array | Int32Array>(
  data: T,
  shape: readonly number[],
  permutation: readonly number[],
): T {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = permutation.map((axis) => shape[axis] as number);
  const steps = permutation.map((axis) => strides[axis] as number);
  const result = data.slice() as T;
  const index = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] as number;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      from -= (steps[axis] as number) * (sizes[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}

/** The permutation that undoes `permutation`. */
export function inverse(permutation: readonly number[]): number[] {
  const result = permutation.slice();
  permutation.forEach((from, to) => {
    result[from] = to;
  });
  return result;
}

/** Uploads values given in PyTorch's layout as a tensor stored for `layout`. The caller disposes it. */
export function upload<R extends Rank>(
  { shape, data, dtype }: HostTensor,
  layout: readonly number[] | null = null,
): Tensor<R> {
  if (layout === null) return tensor<R>(data, shape.slice() as ShapeMap[R], dtype);
  const toStored = inverse(layout);
  const stored = toStored.map((axis) => shape[axis] as number);
  return tensor<R>(permuted(data, shape, toStored), stored as ShapeMap[R], dtype);
}
