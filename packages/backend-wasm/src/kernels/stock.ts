import type { KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendWasm } from "./kernel.ts";

// tfjs's registry is one for all copies of every package, so this record of it is as well.
const RECORD: unique symbol = Symbol.for("kindling.backend-wasm.stock");
const shared = globalThis as { [RECORD]?: Map<string, KernelConfig> };

/** tfjs's own kernels by name, those that Kindling's stand in for. */
export function stockKernels(): Map<string, KernelConfig> {
  shared[RECORD] ??= new Map();
  return shared[RECORD];
}

/** Runs tfjs's own kernel of this name, which Kindling's stands in for. */
export function runStock(
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: object,
  backend: BackendWasm,
): TensorInfo {
  const kernel = stockKernels().get(name) as KernelConfig;
  return kernel.kernelFunc({
    inputs,
    attrs: attrs as NamedAttrMap,
    backend,
  }) as TensorInfo;
}
