// TensorFlow's ops by their own names. The types of inputs need no attribute: TensorFlow reads them off the tensors.
import type { DataType, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import type {
  NativeBinding,
  NodeBackend,
  OpAttribute,
  OutputMetadata,
} from "../binding/node-backend.ts";

/** An attribute's value; a plain number is an integer. */
export type OpValue =
  | number
  | boolean
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly type: DataType | "int64" };

export type OpAttributes = Readonly<Record<string, OpValue>>;

/** Runs an op that has one output. */
export function runOp(
  backend: NodeBackend,
  name: string,
  inputs: readonly TensorInfo[],
  attributes: OpAttributes = {},
): Tensor {
  return backend.executeSingleOutput(name, opAttributes(backend.binding, attributes), inputs);
}

/** Runs an op on tensors that may be int64, which tfjs does not have; `ids` are the binding's numbers. */
export function runOnIds(
  { binding }: NodeBackend,
  name: string,
  ids: readonly number[],
  outputs: number,
  attributes: OpAttributes = {},
): OutputMetadata[] {
  return binding.executeOp(name, opAttributes(binding, attributes), ids, outputs);
}

/** The same values in another shape, which TensorFlow does without a copy. */
export function reshaped(backend: NodeBackend, x: TensorInfo, shape: readonly number[]): Tensor {
  return withInts(backend, shape, (sizes) => runOp(backend, "Reshape", [x, sizes]));
}

/** One float32 or int32 number as an input of an op. */
export function withNumber<T>(
  backend: NodeBackend,
  value: number,
  dtype: "float32" | "int32",
  use: (scalar: TensorInfo) => T,
): T {
  const values = dtype === "float32" ? Float32Array.of(value) : Int32Array.of(value);
  return withTensor(backend, values, [], dtype, use);
}

/** Attributes as the binding takes them. */
export function opAttributes(binding: NativeBinding, attributes: OpAttributes): OpAttribute[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, ...typed(binding, value) }));
}

/** Runs `use` with an int32 vector that lives for as long: sizes, axes and paddings are inputs to TensorFlow. */
export function withInts<T>(
  backend: NodeBackend,
  values: readonly number[],
  use: (vector: TensorInfo) => T,
): T {
  return withTensor(backend, Int32Array.from(values), [values.length], "int32", use);
}

/** The same for values of any shape. */
export function withTensor<T>(
  backend: NodeBackend,
  values: Float32Array | Int32Array,
  shape: readonly number[],
  dtype: "float32" | "int32",
  use: (tensor: TensorInfo) => T,
): T {
  const tensor: TensorInfo = {
    dataId: backend.write(values, [...shape], dtype),
    shape: [...shape],
    dtype,
  };
  try {
    return use(tensor);
  } finally {
    backend.disposeData(tensor.dataId);
  }
}

function typed(binding: NativeBinding, value: OpValue): Omit<OpAttribute, "name"> {
  if (typeof value === "number") return { type: binding.TF_ATTR_INT, value };
  if (typeof value === "boolean") return { type: binding.TF_ATTR_BOOL, value };
  if (typeof value === "string") return { type: binding.TF_ATTR_STRING, value };
  if ("float" in value) return { type: binding.TF_ATTR_FLOAT, value: value.float };
  if ("type" in value) return { type: binding.TF_ATTR_TYPE, value: typeOf(binding, value.type) };
  return { type: binding.TF_ATTR_INT, value };
}

function typeOf(binding: NativeBinding, type: DataType | "int64"): number {
  if (type === "float32") return binding.TF_FLOAT;
  if (type === "int32") return binding.TF_INT32;
  return type === "int64" ? binding.TF_INT64 : binding.TF_BOOL;
}
