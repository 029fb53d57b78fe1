import { ArgumentError } from "@kindling/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  type DataType,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";

/** What a kernel is called with. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: WebGPUBackend;
}

type Run<Inputs, Attributes> = (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[];

/** A kernel for the `webgpu` backend. */
export function defineKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: Run<Inputs, Attributes>,
): KernelConfig {
  // tfjs's registry is untyped: the name alone says which inputs and attributes arrive.
  return { kernelName, backendName: "webgpu", kernelFunc: run as unknown as KernelFunc };
}

/** A kernel that takes float32 only. @throws {ArgumentError} when an input has another type. */
export function defineFloatKernel<Inputs extends object, Attributes = unknown>(
  kernelName: string,
  run: Run<Inputs, Attributes>,
): KernelConfig {
  return defineKernel<Inputs, Attributes>(kernelName, (call) => {
    for (const [name, input] of Object.entries(call.inputs) as [string, TensorInfo | undefined][]) {
      if (input === undefined || input.dtype === "float32") continue;
      throw new ArgumentError(
        `${kernelName}: expected ${name} to be float32, got ${input.dtype}; cast it first`,
      );
    }
    return run(call);
  });
}

/** A new tensor on the device; what it holds is whatever its buffer held before. */
export function allocate(
  backend: WebGPUBackend,
  shape: readonly number[],
  dtype: DataType = "float32",
): TensorInfo {
  // A buffer of no bytes cannot be bound: such a tensor stays in host memory.
  if (shape.includes(0)) return backend.makeTensorInfo([...shape], dtype, empty(dtype));
  const tensor = backend.makeTensorInfo([...shape], dtype);
  backend.uploadToGPU(tensor.dataId);
  return tensor;
}

/** A new tensor of zeros. */
export function zeros(backend: WebGPUBackend, shape: readonly number[]): TensorInfo {
  return backend.makeTensorInfo([...shape], "float32", new Float32Array(product(shape)));
}

/** How many values a tensor has. */
export function sizeOf({ shape }: TensorInfo): number {
  return product(shape);
}

function product(shape: readonly number[]): number {
  return util.sizeFromShape([...shape]);
}

function empty(dtype: DataType): Float32Array | Int32Array | Uint8Array {
  if (dtype === "float32") return new Float32Array(0);
  return dtype === "int32" ? new Int32Array(0) : new Uint8Array(0);
}
