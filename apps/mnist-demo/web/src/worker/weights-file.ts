// Weights as a safetensors file: https://github.com/huggingface/safetensors. PyTorch reads it too.
import { DataError } from "@kindling/core";
import type { HostTensor, StateDict } from "@kindling/layers";
import { type Architecture, problemsOf } from "../architecture.ts";

const LENGTH_BYTES = 8;
const DTYPES = { F32: "float32", I32: "int32" } as const;

interface Entry {
  readonly dtype: keyof typeof DTYPES;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

export interface Weights {
  readonly state: StateDict;
  /** The network they are for; null in files that others wrote. */
  readonly architecture: Architecture | null;
}

/** The file's bytes: the header's length, the header as JSON, then the values, little-endian. */
export function encodeWeights(
  state: StateDict,
  architecture: Architecture,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {
    __metadata__: { architecture: JSON.stringify(architecture) },
  };
  let size = 0;
  for (const [name, { shape, dtype, data }] of Object.entries(state)) {
    header[name] = {
      dtype: dtype === "float32" ? "F32" : "I32",
      shape,
      data_offsets: [size, size + data.byteLength],
    };
    size += data.byteLength;
  }
  const json = JSON.stringify(header);
  // Spaces, so that the values begin at a multiple of eight bytes.
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const file = new Uint8Array(LENGTH_BYTES + text.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, LENGTH_BYTES);
  let offset = LENGTH_BYTES + text.length;
  for (const { data } of Object.values(state)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** Reads what {@link encodeWeights} wrote. @throws {DataError} when it is no such file, or a damaged one. */
export function decodeWeights(file: Uint8Array): Weights {
  const { header, values } = readHeader(file);
  const state: StateDict = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") state[name] = readTensor(name, entry, values);
  }
  if (Object.keys(state).length === 0) fail("it holds no weights");
  return { state, architecture: readArchitecture(header.__metadata__) };
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; values: Uint8Array } {
  if (file.length < LENGTH_BYTES) fail(`it has ${file.length} bytes only`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > BigInt(file.length - LENGTH_BYTES)) fail("it does not begin as one does");
  const start = LENGTH_BYTES + Number(length);
  const header = parse(new TextDecoder().decode(file.subarray(LENGTH_BYTES, start)));
  if (!isObject(header)) return fail("its header is no JSON object");
  return { header, values: file.subarray(start) };
}

function readTensor(name: string, entry: unknown, values: Uint8Array): HostTensor {
  if (!isEntry(entry)) return fail(`"${name}" is not described as float32 or int32 values`);
  const [start, end] = entry.data_offsets;
  const count = entry.shape.reduce((product, length) => product * length, 1);
  if (end - start !== 4 * count) fail(`"${name}" has the wrong number of values for its shape`);
  if (!(start >= 0 && end <= values.length)) fail("it is cut off");
  // A copy: the values need not be aligned where they are.
  const { buffer } = values.slice(start, end);
  const data = entry.dtype === "F32" ? new Float32Array(buffer) : new Int32Array(buffer);
  if (data.some((value) => !Number.isFinite(value)))
    fail(`"${name}" has values that are no numbers`);
  return { shape: entry.shape, dtype: DTYPES[entry.dtype], data };
}

function readArchitecture(metadata: unknown): Architecture | null {
  if (!isObject(metadata) || typeof metadata.architecture !== "string") return null;
  const value = parse(metadata.architecture);
  if (!isArchitecture(value) || problemsOf(value).length > 0) return null;
  return value;
}

function isArchitecture(value: unknown): value is Architecture {
  return (
    isObject(value) &&
    Array.isArray(value.channels) &&
    value.channels.length === 3 &&
    [...value.channels, value.kernelSize, value.dropout, value.denseUnits].every(
      (number) => typeof number === "number",
    )
  );
}

function isEntry(value: unknown): value is Entry {
  return (
    isObject(value) &&
    typeof value.dtype === "string" &&
    Object.hasOwn(DTYPES, value.dtype) &&
    areWhole(value.shape) &&
    areWhole(value.data_offsets) &&
    value.data_offsets.length === 2
  );
}

function areWhole(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isInteger(item) && item >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function fail(why: string): never {
  throw new DataError(
    `Expected a file of weights saved by this page (safetensors), got another one: ${why}.`,
  );
}
