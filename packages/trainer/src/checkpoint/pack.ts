// Plain values as JSON, and the arrays of numbers among them as safetensors. JSON alone would make null of
// NaN and infinities, 0 of -0, and text of every float.
import { ArgumentError, DataError } from "@kindling/core";
import type { SafetensorsDtype, SafetensorsTensor, WritableTensor } from "@kindling/safetensors";

/** What stands in JSON for a number that JSON does not have, or for an array beside it. */
interface Stand {
  readonly $number?: string;
  readonly $array?: string;
}

const ODD_NUMBERS: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

const DTYPES: Readonly<Record<string, SafetensorsDtype>> = {
  Float64Array: "float64",
  Float32Array: "float32",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
  Int32Array: "int32",
  Uint32Array: "uint32",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int8Array: "int8",
  Uint8Array: "uint8",
};

/**
 * Takes a value of numbers, texts, booleans, null, lists, plain objects and typed arrays apart.
 *
 * @param path - names the value in errors, and its arrays.
 * @throws {ArgumentError} for anything else in it, such as a Map, a class's object or a function.
 */
export function pack(path: string, value: unknown): Packed {
  const tensors: Record<string, WritableTensor> = {};
  return { json: packed(path, value, tensors), tensors };
}

export interface Packed {
  /** For `JSON.stringify`. */
  readonly json: unknown;
  readonly tensors: Record<string, WritableTensor>;
}

function packed(path: string, value: unknown, tensors: Record<string, WritableTensor>): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    const name = Object.is(value, -0) ? "-0" : String(value);
    return ODD_NUMBERS.has(name) ? { $number: name } : value;
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => packed(`${path}.${i}`, item, tensors));
  }
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  const dtype = DTYPES[kind];
  if (dtype !== undefined) {
    const data = value as WritableTensor["data"];
    tensors[path] = { dtype, shape: [data.length], data };
    return { $array: path };
  }
  if (!isPlain(value)) {
    throw new ArgumentError(
      `checkpoint: expected ${path} to be numbers, texts, lists, plain objects and typed arrays, got a ${kind}`,
    );
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const reserved = entries.find(([key]) => key === "$number" || key === "$array");
  if (reserved !== undefined) {
    throw new ArgumentError(`checkpoint: expected ${path} to have no key "${reserved[0]}", got it`);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, packed(`${path}.${key}`, item, tensors)]),
  );
}

/** @throws {DataError} when an array is missing. */
export function unpack(
  json: unknown,
  tensors: Readonly<Record<string, SafetensorsTensor>>,
): unknown {
  if (Array.isArray(json)) return json.map((item) => unpack(item, tensors));
  if (typeof json !== "object" || json === null) return json;
  const { $number, $array } = json as Stand;
  if ($number !== undefined) return ODD_NUMBERS.get($number);
  if ($array !== undefined) {
    // A copy: the arrays of a file share its memory.
    const data = tensors[$array]?.data.slice();
    if (data === undefined) {
      throw new DataError(`resumeFrom: expected an array "${$array}" in the state, got none`);
    }
    return data;
  }
  return Object.fromEntries(
    Object.entries(json).map(([key, item]) => [key, unpack(item, tensors)]),
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
