import { ArgumentError } from "@kindling/core";
import {
  type DataType,
  type Rank,
  type ShapeMap,
  type Tensor,
  tensor,
} from "@tensorflow/tfjs-core";
import { checkedIndex, type Indices } from "./indices.ts";

/** The number arrays that datasets keep; floats become float32 tensors, all others int32. */
export type NumberArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Numbers in ordinary memory with a shape, row-major: a tensor that no backend holds. */
export interface HostArray<
  Shape extends readonly number[] = readonly number[],
  Data extends NumberArray = NumberArray,
> {
  /** The length of each axis. */
  readonly shape: Shape;
  /** As many values as the shape says. */
  readonly data: Data;
}

/** True for the arrays of {@link NumberArray}, also those of another realm. */
export function isNumberArray(value: unknown): value is NumberArray {
  return NUMBER_ARRAYS.has(Object.prototype.toString.call(value).slice("[object ".length, -1));
}

const NUMBER_ARRAYS: ReadonlySet<string> = new Set([
  "Uint8Array",
  "Uint8ClampedArray",
  "Int8Array",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
]);

/** True for an object with a shape and a number array. */
export function isHostArray(value: unknown): value is HostArray {
  const candidate = value as Partial<HostArray> | null;
  return (
    typeof value === "object" && Array.isArray(candidate?.shape) && isNumberArray(candidate?.data)
  );
}

/** How many numbers a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** @throws {ArgumentError} when the shape and the number of values do not agree. */
export function checkedHostArray(where: string, { shape, data }: HostArray): void {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new ArgumentError(
      `${where}: expected a shape of integers from 0, got [${shape.join(", ")}]`,
    );
  }
  if (sizeOf(shape) !== data.length) {
    throw new ArgumentError(
      `${where}: expected ${sizeOf(shape)} values for the shape [${shape.join(", ")}], got ${data.length}`,
    );
  }
}

/** The tensor type that an array becomes. */
export function dtypeOf(data: NumberArray): "float32" | "int32" {
  return data instanceof Float32Array || data instanceof Float64Array ? "float32" : "int32";
}

/** Copies the rows at `indices` (of the first axis) into a new array of the same kind. */
export function gatherRows(where: string, source: HostArray, indices: Indices): HostArray {
  const [count = 0, ...rest] = source.shape;
  const size = sizeOf(rest);
  const data = arrayLike(source.data, indices.length * size);
  for (let row = 0; row < indices.length; row++) {
    const start = checkedIndex(where, indices[row] as number, count) * size;
    data.set(source.data.subarray(start, start + size), row * size);
  }
  return { shape: [indices.length, ...rest], data };
}

/** An empty array of the same kind. */
export function arrayLike<Data extends NumberArray>(data: Data, length: number): Data {
  return new (data.constructor as new (length: number) => Data)(length);
}

/** Uploads to the current backend. The caller disposes the tensor. */
export function upload<R extends Rank>({ shape, data }: HostArray): Tensor<R> {
  const dtype: DataType = dtypeOf(data);
  // tfjs reads these as they are and rejects or converts the others element by element.
  const values =
    data instanceof Float32Array || data instanceof Int32Array
      ? data
      : dtype === "float32"
        ? Float32Array.from(data)
        : Int32Array.from(data);
  return tensor(values, [...shape] as ShapeMap[R], dtype);
}
