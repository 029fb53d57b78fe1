// The element types of the format that have an array in JavaScript, or half of one: float16 and bfloat16
// travel as their bits. The 8-bit, 6-bit and 4-bit floats that the format also names are refused.

/** The array that holds each element type. `bool` is a byte of 0 or 1. */
export interface SafetensorsArrays {
  float64: Float64Array;
  float32: Float32Array;
  /** The bits; `toFloat32` makes numbers of them. */
  float16: Uint16Array;
  /** The bits; `toFloat32` makes numbers of them. */
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** An element type, by PyTorch's name. */
export type SafetensorsDtype = keyof SafetensorsArrays;

type ArrayClass<T> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
};

export interface DtypeInfo<D extends SafetensorsDtype = SafetensorsDtype> {
  readonly dtype: D;
  /** In the file. */
  readonly code: string;
  readonly Array: ArrayClass<SafetensorsArrays[D]>;
}

/** In the order in which a file holds them: widest first, so that every tensor is aligned. */
export const DTYPES: readonly DtypeInfo[] = [
  { dtype: "uint64", code: "U64", Array: BigUint64Array },
  { dtype: "int64", code: "I64", Array: BigInt64Array },
  { dtype: "float64", code: "F64", Array: Float64Array },
  { dtype: "float32", code: "F32", Array: Float32Array },
  { dtype: "uint32", code: "U32", Array: Uint32Array },
  { dtype: "int32", code: "I32", Array: Int32Array },
  { dtype: "bfloat16", code: "BF16", Array: Uint16Array },
  { dtype: "float16", code: "F16", Array: Uint16Array },
  { dtype: "uint16", code: "U16", Array: Uint16Array },
  { dtype: "int16", code: "I16", Array: Int16Array },
  { dtype: "int8", code: "I8", Array: Int8Array },
  { dtype: "uint8", code: "U8", Array: Uint8Array },
  { dtype: "bool", code: "BOOL", Array: Uint8Array },
];
