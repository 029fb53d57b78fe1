import { DataError } from "@kindling/core";
import { gunzip, isGzip } from "./gunzip.ts";
import type { HostArray } from "./host-array.ts";

/** What an IDX file can hold. */
export type IdxData =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;
/** What an IDX file holds: values and their shape. */
export type IdxArray = HostArray<readonly number[], IdxData>;

interface ElementType {
  readonly bytes: number;
  read(view: DataView, count: number): IdxData;
}

const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  // Bytes are not copied: the array is a view of the file.
  [0x08, { bytes: 1, read: (v, n) => new Uint8Array(v.buffer, v.byteOffset, n) }],
  [0x09, { bytes: 1, read: (v, n) => new Int8Array(v.buffer, v.byteOffset, n) }],
  [0x0b, { bytes: 2, read: (v, n) => filled(new Int16Array(n), (i) => v.getInt16(2 * i)) }],
  [0x0c, { bytes: 4, read: (v, n) => filled(new Int32Array(n), (i) => v.getInt32(4 * i)) }],
  [0x0d, { bytes: 4, read: (v, n) => filled(new Float32Array(n), (i) => v.getFloat32(4 * i)) }],
  [0x0e, { bytes: 8, read: (v, n) => filled(new Float64Array(n), (i) => v.getFloat64(8 * i)) }],
]);

/**
 * Reads an IDX file, MNIST's format: two zero bytes, the element type, the rank, one 32-bit size an axis,
 * then the values, all big-endian.
 *
 * @param file - not compressed. Arrays of bytes are views of it, the others copies.
 * @throws {DataError} when it is not IDX, its element type is unknown, or its header promises more or
 *   fewer bytes than there are.
 *
 * @example
 * ```ts
 * decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)); // => { shape: [2], data: Uint8Array [7, 9] }
 * ```
 */
export function decodeIdx(file: Uint8Array): IdxArray {
  const fail = (expected: string, got: string): never => {
    throw new DataError(`decodeIdx: expected ${expected}, got ${got}`);
  };
  if (file.length < 4) fail("a header of at least 4 bytes", `${file.length} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = view.getUint16(0);
  if (magic !== 0) fail("the first two bytes 0x0000", hex(magic, 4));
  const code = view.getUint8(2);
  const type = ELEMENT_TYPES.get(code);
  if (type === undefined) {
    return fail(
      `an element type of ${[...ELEMENT_TYPES.keys()].map((c) => hex(c, 2))}`,
      hex(code, 2),
    );
  }
  const rank = view.getUint8(3);
  const header = 4 + 4 * rank;
  if (file.length < header) fail(`a header of ${header} bytes`, `${file.length} bytes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // BigInt: 255 axes of up to 2³² overflow any float, and a zero axis must still make the product 0.
  const count = shape.reduce((product, length) => product * BigInt(length), 1n);
  const size = BigInt(header) + count * BigInt(type.bytes);
  if (size !== BigInt(file.length)) {
    const kind =
      size > BigInt(file.length) ? "the file is truncated" : "the file has bytes to spare";
    fail(`${size} bytes for the shape [${shape.join(", ")}]`, `${file.length}; ${kind}`);
  }
  const body = new DataView(file.buffer, file.byteOffset + header, file.byteLength - header);
  return { shape, data: type.read(body, Number(count)) };
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @throws {DataError} as `decodeIdx`, and when the compressed data are damaged.
 *
 * @example
 * ```ts
 * const file = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
 * await readIdx(file); // => { shape: [2], data: Uint8Array [7, 9] }
 * ```
 */
export async function readIdx(file: Uint8Array): Promise<IdxArray> {
  return decodeIdx(isGzip(file) ? await gunzip(file) : file);
}

function filled<A extends Int16Array | Int32Array | Float32Array | Float64Array>(
  array: A,
  read: (index: number) => number,
): A {
  for (let i = 0; i < array.length; i++) array[i] = read(i);
  return array;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
