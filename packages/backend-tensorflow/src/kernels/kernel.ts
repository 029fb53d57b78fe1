import type { KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";

/** What a kernel is called with; `Inputs` and `Attributes` are tfjs's types for it. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };
  readonly attrs: Attributes;
  readonly backend: NodeBackend;
}

/** A kernel for the `tensorflow` backend. What it makes on the way, it gives back itself. */
export function defineKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  // tfjs's registry is untyped: the name alone says which inputs and attributes arrive.
  return { kernelName, backendName: "tensorflow", kernelFunc: run as unknown as KernelFunc };
}
