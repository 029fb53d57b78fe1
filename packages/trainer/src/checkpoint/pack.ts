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

/** @throws {DataError} when the text is no JSON. */
export function parseJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`resumeFrom: expected ${what} to be JSON, got other text (${reason})`, {
      cause,
    });
  }
}

/** Far more than what anybody saves, and than the stack holds. */
const MOST_LEVELS = 100;

/**
 * Puts together what {@link pack} took apart.
 *
 * @throws {DataError} when an array is missing or comes twice, a number is none, or lists and objects are
 *   nested more than 100 deep.
 */
export function unpack(
  json: unknown,
  tensors: Readonly<Record<string, SafetensorsTensor>>,
): unknown {
  const taken = new Set<string>();
  const arrayOf = (name: unknown): unknown => {
    const tensor =
      typeof name === "string" && Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    // Each once, as they were written: else a few bytes could ask for any amount of memory.
    if (typeof name !== "string" || tensor === undefined || taken.has(name)) {
      const got = tensor === undefined ? "none" : "it twice";
      throw new DataError(`resumeFrom: expected an array "${name}" in the state, got ${got}`);
    }
    taken.add(name);
    // A copy: the arrays of a file share its memory.
    return tensor.data.slice();
  };
  const unpacked = (value: unknown, level: number): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (level > MOST_LEVELS) {
      throw new DataError(
        `resumeFrom: expected a state of at most ${MOST_LEVELS} levels, got a deeper one`,
      );
    }
    if (Array.isArray(value)) return value.map((item) => unpacked(item, level + 1));
    const { $number, $array } = value as Stand;
    if ($array !== undefined) return arrayOf($array);
    if ($number !== undefined) {
      const number = ODD_NUMBERS.get($number);
      if (number === undefined) {
        throw new DataError(`resumeFrom: expected a number, got ${JSON.stringify($number)}`);
      }
      return number;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, unpacked(item, level + 1)]),
    );
  };
  return unpacked(json, 0);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
