import { ArgumentError } from "@kindling/core";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half.ts";
import type { SafetensorsTensor } from "./tensor.ts";

/** A tensor in the types that tfjs has; what `loadStateDict` of a module takes. */
export interface Float32OrInt32 {
  /** As in the file; `[]` for one number. */
  readonly shape: readonly number[];
  /** Which array `data` is. */
  readonly dtype: "float32" | "int32";
  /** The values, in row-major order. */
  readonly data: Float32Array | Int32Array;
}

/**
 * The values as float32: exact for float16 and bfloat16, rounded for wider types. A float32 tensor's own
 * array is returned, anything else is a copy.
 *
 * @example
 * ```ts
 * const data = Uint16Array.of(0x3c00, 0xc000); // the bits of 1 and -2
 * toFloat32({ dtype: "float16", shape: [2], data }); // => Float32Array [1, -2]
 * ```
 */
export function toFloat32(tensor: SafetensorsTensor): Float32Array {
  switch (tensor.dtype) {
    case "float32":
      return tensor.data;
    case "float16":
      return float16ToFloat32(tensor.data);
    case "bfloat16":
      return bfloat16ToFloat32(tensor.data);
    case "int64":
    case "uint64":
      return Float32Array.from(tensor.data, Number);
    default:
      return Float32Array.from(tensor.data);
  }
}

/**
 * The values as int32; an int32 tensor's own array is returned, anything else is a copy.
 *
 * @throws {ArgumentError} when a value is not an integer that int32 holds.
 *
 * @example
 * ```ts
 * toInt32({ dtype: "int64", shape: [2], data: BigInt64Array.of(7n, -1n) }); // => Int32Array [7, -1]
 * ```
 */
export function toInt32(tensor: SafetensorsTensor): Int32Array {
  if (tensor.dtype === "int32") return tensor.data;
  const isHalf = tensor.dtype === "float16" || tensor.dtype === "bfloat16";
  const values = isHalf ? toFloat32(tensor) : tensor.data;
  const result = new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = Number(values[i]);
    result[i] = value;
    if (result[i] !== value) {
      throw new ArgumentError(`toInt32: expected integers of 32 bits, got ${value} at ${i}`);
    }
  }
  return result;
}

/**
 * Tensors in the types that tfjs has, for a module's `loadStateDict`: floats as float32, integers and
 * booleans as int32.
 *
 * @throws {ArgumentError} when an integer does not fit into int32.
 *
 * @example
 * ```ts
 * const file = encodeSafetensors(await model.stateDict());
 * model.loadStateDict(toStateDict(decodeSafetensors(file).tensors));
 * ```
 */
export function toStateDict(
  tensors: Readonly<Record<string, SafetensorsTensor>>,
): Record<string, Float32OrInt32> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]): [string, Float32OrInt32] => {
      const { shape } = tensor;
      return tensor.dtype.includes("float")
        ? [name, { shape, dtype: "float32", data: toFloat32(tensor) }]
        : [name, { shape, dtype: "int32", data: toInt32(tensor) }];
    }),
  );
}
