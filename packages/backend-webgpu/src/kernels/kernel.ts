import { expectDtype } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  type DataType,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";

/** What a kernel is called with; `Inputs` and `Attributes` are tfjs's types for it. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };
  readonly attrs: Attributes;
  readonly backend: WebGPUBackend;
}

/** A kernel for the `webgpu` backend. What it makes on the way, it gives back itself. */
export function defineKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  // tfjs's registry is untyped: the name alone says which inputs and attributes arrive.
  return { kernelName, backendName: "webgpu", kernelFunc: run as unknown as KernelFunc };
}

/** A kernel that takes float32 only. @throws {ArgumentError} when an input has another type. */
export function defineFloatKernel<Inputs extends object, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return defineKernel<Inputs, Attributes>(kernelName, (call) => {
    const inputs: Record<string, TensorInfo | undefined> = { ...(call.inputs as object) };
    expectDtype(kernelName, "float32", inputs);
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
  return backend.makeTensorInfo([...shape], "float32", new Float32Array(sizeOf({ shape })));
}

/** How many values a tensor has. */
export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return util.sizeFromShape([...shape]);
}

function empty(dtype: DataType): Float32Array | Int32Array | Uint8Array {
  if (dtype === "float32") return new Float32Array(0);
  return dtype === "int32" ? new Int32Array(0) : new Uint8Array(0);
}
