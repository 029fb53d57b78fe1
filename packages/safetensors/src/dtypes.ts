// The element types of the format that have an array in JavaScript, or half of one: float16 and bfloat16
// travel as their bits. The 8-bit, 6-bit and 4-bit floats that the format also names are refused.

/** The array that holds each element type. */
export interface SafetensorsArrays {
  /** `toFloat32` rounds them. */
  float64: Float64Array;
  /** What tfjs calculates in; used as it is. */
  float32: Float32Array;
  /** The bits; `toFloat32` makes numbers of them. */
  float16: Uint16Array;
  /** The bits; `toFloat32` makes numbers of them. */
  bfloat16: Uint16Array;
  /** As bigints: PyTorch's type of indices and counters. */
  int64: BigInt64Array;
  /** As bigints from 0. */
  uint64: BigUint64Array;
  /** tfjs's only integers; used as they are. */
  int32: Int32Array;
  /** 0 to 2³² − 1; `toInt32` refuses the upper half. */
  uint32: Uint32Array;
  /** −32768 to 32767. */
  int16: Int16Array;
  /** 0 to 65535. */
  uint16: Uint16Array;
  /** −128 to 127. */
  int8: Int8Array;
  /** 0 to 255: bytes, such as pixels. */
  uint8: Uint8Array;
  /** A byte each, 0 or 1. */
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
