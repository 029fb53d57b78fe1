/// <reference types="node" />
// The parts of tfjs-node that are used here: it is an optional peer, so its own types may not be installed.
import type { DataType, KernelBackend, Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** A value for an attribute of a TensorFlow op, `type` being one of the binding's `TF_ATTR_…`. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[] | readonly boolean[];
}

/** What the native library has made: its own number for a tensor, the shape, and TensorFlow's type. */
export interface OutputMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** `tfjs_binding.node`. Ids are its own numbers for tensors. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_UINT8: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  isUsingGpuDevice(): boolean;
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): OutputMetadata[];
  getNumOfTensors(): number;
}

/** tfjs-node's backend, as a running `tensorflow` backend is. */
export interface NodeBackend extends KernelBackend {
  readonly binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  executeSingleOutput(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  /** The binding's numbers for these, which are handed over first where the host still has them. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** tfjs's tensor for one of the binding's. */
  createOutputTensor(metadata: OutputMetadata): Tensor;
  write(values: Float32Array | Int32Array | Uint8Array, shape: number[], dtype: DataType): object;
}

/** Makes tfjs-node's backend of a binding. */
export type NodeBackendClass = new (binding: NativeBinding, packageName: string) => NodeBackend;
