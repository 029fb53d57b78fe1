// TensorFlow's ops as the native library runs them, with numbers for tensors: what a kernel makes on the way never
// becomes a tensor of tfjs, and is given back when the kernel ends.
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { NodeBackend, OpAttribute } from "../binding/node-backend.ts";

export type { NodeBackend };
export type Attributes = readonly OpAttribute[];

/** What tfjs-node knows of a tensor: values that are not yet with TensorFlow, or the number of those that are. */
export interface Entry {
  readonly shape: readonly number[];
  readonly dtype: number;
  id: number;
  values: Float32Array | Int32Array | Uint8Array | null;
  refCount: number;
}

interface Entries {
  readonly tensorMap: {
    get(dataId: object): Entry;
    set(dataId: object, entry: Entry): void;
    has(dataId: object): boolean;
  };
}

// TensorFlow's C interface, which does not renumber them.
const [TF_FLOAT, TF_INT32, TF_BOOL] = [1, 3, 10];
const [ATTRIBUTE_STRING, ATTRIBUTE_INT, ATTRIBUTE_FLOAT, ATTRIBUTE_BOOL] = [0, 1, 2, 3];
const [ATTRIBUTE_TYPE, ATTRIBUTE_SHAPE] = [4, 5];
const TYPES: Partial<Record<DataType, number>> = {
  float32: TF_FLOAT,
  int32: TF_INT32,
  bool: TF_BOOL,
};

export function text(name: string, value: string): OpAttribute {
  return { name, type: ATTRIBUTE_STRING, value };
}

export function integers(name: string, value: number | readonly number[]): OpAttribute {
  return { name, type: ATTRIBUTE_INT, value };
}

export function float(name: string, value: number): OpAttribute {
  return { name, type: ATTRIBUTE_FLOAT, value };
}

export function bool(name: string, value: boolean): OpAttribute {
  return { name, type: ATTRIBUTE_BOOL, value };
}

export function shape(name: string, value: readonly number[]): OpAttribute {
  return { name, type: ATTRIBUTE_SHAPE, value };
}

export function type(name: string, dtype: DataType): OpAttribute {
  return { name, type: ATTRIBUTE_TYPE, value: typeNumber(dtype) };
}

// TensorFlow reads the types of an op's inputs off the tensors.
/** For an op that needs no attribute. */
export const NONE: Attributes = [];

/** What tfjs-node keeps of a tensor. */
export function entryOf(backend: NodeBackend, { dataId }: TensorInfo): Entry {
  return entries(backend).get(dataId);
}

/** The library's number for a tensor, which gets its values now if it has not had them. */
export function idOf(backend: NodeBackend, tensor: TensorInfo): number {
  const entry = entryOf(backend, tensor);
  if (entry.values !== null) {
    entry.id = backend.binding.createTensor(entry.shape, entry.dtype, entry.values);
    entry.values = null;
  }
  return entry.id;
}

/** A tensor of the values with this number, which it owns from here on. */
export function tensorOf(
  backend: NodeBackend,
  id: number,
  shape: readonly number[],
  dtype: DataType = "float32",
): TensorInfo {
  const dataId = {};
  const entry = { shape, dtype: typeNumber(dtype), id, values: null, refCount: 1 };
  entries(backend).set(dataId, entry);
  return { dataId, shape: [...shape], dtype };
}

/** A tensor of values that TensorFlow gets when it needs them. */
export function onHost(
  backend: NodeBackend,
  shape: readonly number[],
  values: Float32Array | Uint8Array,
): TensorInfo {
  const dtype = values instanceof Uint8Array ? "bool" : "float32";
  return { dataId: backend.write(values, [...shape], dtype), shape: [...shape], dtype };
}

/** A new tensor with one value all over. */
export function filled(backend: NodeBackend, shape: readonly number[], value: number): TensorInfo {
  const size = shape.reduce((product, length) => product * length, 1);
  return onHost(backend, shape, new Float32Array(size).fill(value));
}

/** Ops whose outputs last until {@link compute} ends. */
export interface Ops {
  /** Runs an op of one output. */
  run(op: string, attributes: Attributes, ...inputs: readonly number[]): number;
  /** Runs an op of several outputs, or none. */
  runAll(op: string, attributes: Attributes, inputs: readonly number[], outputs: number): number[];
  /** Runs an op of one output that needs no attribute. */
  map(op: string, ...inputs: readonly number[]): number;
  /** Values from here. */
  upload(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[]): number;
  /** Joins float32 tensors along an axis. */
  concat(ids: readonly number[], axis: number): number;
  /** Equal parts along an axis. */
  split(id: number, parts: number, axis: number): number[];
  /** Adds up over some axes. */
  sum(id: number, axes: readonly number[], keepDims?: boolean): number;
  /** The values under another shape. */
  reshape(id: number, shape: readonly number[]): number;
  /** A tensor of a result, which stays. */
  tensor(id: number, shape: readonly number[], dtype?: DataType): TensorInfo;
}

/** Runs ops, and gives back what they made except for the tensors in the result. */
export function compute<T>(backend: NodeBackend, body: (ops: Ops) => T): T {
  const { binding } = backend;
  const made = new Set<number>();
  const runAll: Ops["runAll"] = (op, attributes, inputs, outputs) => {
    const ids = binding.executeOp(op, attributes, inputs, outputs).map(({ id }) => id);
    for (const id of ids) made.add(id);
    return ids;
  };
  const run: Ops["run"] = (op, attributes, ...inputs) => {
    return runAll(op, attributes, inputs, 1)[0] as number;
  };
  try {
    return body({
      run,
      runAll,
      map: (op, ...inputs) => run(op, NONE, ...inputs),
      concat: (ids, axis) =>
        run("ConcatV2", [...LIST, integers("N", ids.length)], ...ids, constant(backend, axis)),
      split: (id, parts, axis) =>
        runAll("Split", [integers("num_split", parts)], [constant(backend, axis), id], parts),
      sum: (id, axes, keepDims = false) =>
        run("Sum", [bool("keep_dims", keepDims)], id, constant(backend, axes)),
      upload(values, shape) {
        const id = binding.createTensor(shape, typeOfValues(values), values);
        made.add(id);
        return id;
      },
      reshape: (id, shape) => run("Reshape", NONE, id, constant(backend, shape)),
      tensor(id, shape, dtype) {
        made.delete(id);
        return tensorOf(backend, id, shape, dtype);
      },
    });
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}

/** Of an op that takes a list of tensors, where TensorFlow does not look at them. */
const LIST: Attributes = [type("T", "float32"), type("Tidx", "int32")];

/** Enough for the shapes and factors of a network; the one that was used longest ago makes room. */
const MOST_CONSTANTS = 512;
const constants = new WeakMap<NodeBackend, Map<string, number>>();

/** The number of an int32 vector, or of an int32 scalar, made once. Nobody deletes it. */
export function constant(backend: NodeBackend, value: number | readonly number[]): number {
  const dims = typeof value === "number" ? [] : [value.length];
  return cached(backend, `i${dims.length}:${value}`, () =>
    backend.binding.createTensor(dims, TF_INT32, Int32Array.from([value].flat())),
  );
}

/** The same for a float32 scalar. */
export function scalar(backend: NodeBackend, value: number): number {
  return cached(backend, `f${Object.is(value, -0) ? "-0" : value}`, () =>
    backend.binding.createTensor([], TF_FLOAT, Float32Array.of(value)),
  );
}

/** A float32 vector of no values, made once. */
export function emptyVector(backend: NodeBackend): number {
  return cached(backend, "f1:", () => {
    return backend.binding.createTensor([0], TF_FLOAT, new Float32Array(0));
  });
}

function cached(backend: NodeBackend, key: string, make: () => number): number {
  const known = constants.get(backend) ?? new Map<string, number>();
  constants.set(backend, known);
  let id = known.get(key);
  if (id !== undefined) known.delete(key);
  else id = make();
  known.set(key, id);
  if (known.size > MOST_CONSTANTS) {
    const [oldest, unused] = known.entries().next().value as [string, number];
    known.delete(oldest);
    backend.binding.deleteTensor(unused);
  }
  return id;
}

function entries(backend: NodeBackend): Entries["tensorMap"] {
  return (backend as unknown as Entries).tensorMap;
}

function typeOfValues(values: Float32Array | Int32Array | Uint8Array): number {
  if (values instanceof Float32Array) return TF_FLOAT;
  return values instanceof Int32Array ? TF_INT32 : TF_BOOL;
}

function typeNumber(dtype: DataType): number {
  return TYPES[dtype] as number;
}
