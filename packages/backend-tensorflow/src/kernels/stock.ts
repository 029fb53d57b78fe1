import { stockKernels } from "@kindling/core/kernels";
import type { KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";

/** Runs tfjs-node's own kernel of this name, which Kindling's stands in for, and which has one output. */
export function runStock(
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: unknown,
  backend: NodeBackend,
): TensorInfo {
  const { kernelFunc } = stockKernels("tensorflow").get(name) as KernelConfig;
  return [kernelFunc({ inputs, attrs: attrs as NamedAttrMap, backend })].flat()[0] as TensorInfo;
}
