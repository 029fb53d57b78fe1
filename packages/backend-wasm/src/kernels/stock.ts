import { stockKernels } from "@kindling/core/kernels";
import type { KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendWasm } from "./kernel.ts";

/** Runs tfjs's own kernel of this name, which Kindling's stands in for. */
export function runStock(
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: object,
  backend: BackendWasm,
): TensorInfo {
  const kernel = stockKernels("wasm").get(name) as KernelConfig;
  return kernel.kernelFunc({
    inputs,
    attrs: attrs as NamedAttrMap,
    backend,
  }) as TensorInfo;
}
