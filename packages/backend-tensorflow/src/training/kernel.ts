import { expectDtype } from "@kindling/core/kernels";
import { type KernelConfig, type TensorInfo, util } from "@tensorflow/tfjs-core";
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

/** How many values a tensor has. */
export function sizeOf({ shape }: TensorInfo): number {
  return util.sizeFromShape(shape);
}
