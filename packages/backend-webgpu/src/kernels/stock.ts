import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";

// tfjs's registry is one for all copies of every package, so this record of it is as well.
const RECORD: unique symbol = Symbol.for("kindling.backend-webgpu.stock");
const shared = globalThis as { [RECORD]?: Map<string, KernelConfig> };

/** tfjs's own kernels by name, those that Kindling's stand in for. */
export function stockKernels(): Map<string, KernelConfig> {
  shared[RECORD] ??= new Map();
  return shared[RECORD];
}

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
  const { kernelFunc } = stockKernels().get(name) as KernelConfig;
  return [kernelFunc({ inputs, attrs: attrs as NamedAttrMap, backend })].flat();
}
