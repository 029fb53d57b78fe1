import { stockKernels } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";

/** Runs tfjs's own kernel of this name, which Kindling's stands in for, and which has one output. */
export function runStock(
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: unknown,
  backend: WebGPUBackend,
): TensorInfo {
  return runStockMany(name, inputs, attrs, backend)[0] as TensorInfo;
}

/** Runs tfjs's own kernel of this name, which has several outputs. */
export function runStockMany(
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: unknown,
  backend: WebGPUBackend,
): TensorInfo[] {
  const { kernelFunc } = stockKernels("webgpu").get(name) as KernelConfig;
  return [kernelFunc({ inputs, attrs: attrs as NamedAttrMap, backend })].flat();
}
