import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";

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
