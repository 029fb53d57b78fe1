import { expectDtype } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type DataType, type KernelConfig, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { defineKernel, type KernelCall } from "../kernels/kernel.ts";

export { defineKernel };

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
