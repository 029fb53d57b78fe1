// The optimizers' fused steps on the wasm heap, in place where that is safe. The contract (order of
// inputs and outputs, attributes, when in place is allowed) is in packages/core/src/fused-steps.ts.
import {
  ADAM_STEP,
  type AdamStepAttributes,
  SGD_STEP,
  type SgdStepAttributes,
} from "@kindling/core";
import { expectStep } from "@kindling/core/kernels";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type KernelConfig, registerKernel, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { allocate, pointer, sizeOf } from "./kernels/kernel.ts";
import type { OptimizerKernels } from "./simd/optimizers-kernels.ts";
import { sideModule } from "./simd/side-module.ts";

/** Registers `KindlingAdamStep` and `KindlingSgdStep` for `wasm`. Once a process. */
export function registerOptimizerKernels(): void {
  register<AdamStepAttributes>(ADAM_STEP, {
    kindsOf: ({ amsgrad }) => (amsgrad ? 5 : 4),
    listsOf: ({ stepSizes, rootCorrections }) => [stepSizes, rootCorrections],
    update: adamStep,
  });
  register<SgdStepAttributes>(SGD_STEP, {
    kindsOf: ({ momentum }) => (momentum === 0 ? 2 : 3),
    listsOf: ({ gradientScales }) => [gradientScales],
    update: sgdStep,
  });
}

interface Step<A> {
  /** How many tensors a parameter has: itself, its gradient and its buffers. */
  readonly kindsOf: (attributes: A) => number;
  /** The attributes that hold a number for each parameter. */
  readonly listsOf: (attributes: A) => readonly (readonly number[])[];
  readonly update: Update<A>;
}

/**
 * Updates one parameter of `size` values in place. `at` points to it, its gradient and its buffers; all but
 * the gradient are written.
 */
type Update<A> = (
  kernels: OptimizerKernels,
  at: readonly number[],
  size: number,
  attributes: A,
  index: number,
) => void;

function register<A extends { readonly count: number }>(kernelName: string, step: Step<A>): void {
  const kernelFunc = (call: { inputs: TensorInfo[]; backend: BackendWasm; attrs: A }) => {
    expectStep(
      kernelName,
      call.inputs,
      call.attrs.count,
      step.kindsOf(call.attrs),
      step.listsOf(call.attrs),
    );
    return run(call.backend, call.inputs, call.attrs, step.update);
  };
  registerKernel({
    kernelName,
    backendName: "wasm",
    // tfjs types all kernels alike: inputs as a record, backend and attributes unknown.
    kernelFunc: kernelFunc as unknown as KernelConfig["kernelFunc"],
  });
}

function run<A extends { readonly count: number }>(
  backend: BackendWasm,
  inputs: readonly TensorInfo[],
  attributes: A,
  update: Update<A>,
): TensorInfo[] {
  const { count } = attributes;
  const kinds = inputs.length / count;
  const targets = inputs.map((input, i) => {
    const isGradient = i >= count && i < 2 * count;
    return isGradient ? input : writable(backend, input);
  });
  const { kernels } = sideModule(backend);
  for (let i = 0; i < count; i++) {
    const own = Array.from({ length: kinds }, (_, kind) => targets[kind * count + i] as TensorInfo);
    const at = own.map((tensor) => pointer(backend, tensor));
    update(kernels, at, sizeOf(own[0] as TensorInfo), attributes, i);
  }
  for (const parameter of targets.slice(0, count)) forgetPacked(backend, parameter);
  return [...targets.slice(0, count), ...targets.slice(2 * count)];
}

/** The tensor itself with one more reference, or a copy when somebody else can see it. */
function writable(backend: BackendWasm, input: TensorInfo): TensorInfo {
  const { shape, dtype, dataId } = input;
  // Fetched first: this moves a tensor that was made on another backend.
  backend.dataIdMap.get(dataId);
  if (backend.refCount(dataId) === 1) {
    backend.incRef(dataId);
    return { shape, dtype, dataId };
  }
  const copy = allocate(backend, shape, dtype);
  backend.typedArrayFromHeap(copy).set(backend.typedArrayFromHeap(input));
  return copy;
}

/**
 * XNNPACK's operators, of which tfjs's PReLU is one, keep weights packed inside by the tensor's id until that
 * is disposed. So the id is given up and registered anew.
 */
function forgetPacked(backend: BackendWasm, { shape, dataId }: TensorInfo): void {
  const { id, memoryOffset } = backend.dataIdMap.get(dataId);
  backend.wasm.tfjs.disposeData(id);
  backend.wasm.tfjs.registerTensor(id, util.sizeFromShape(shape), memoryOffset);
}

function adamStep(
  kernels: OptimizerKernels,
  at: readonly number[],
  size: number,
  attributes: AdamStepAttributes,
  index: number,
): void {
  const [p, g, m, v, largest = 0] = at as [number, number, number, number, number?];
  const { lr, weightDecay, decoupledWeightDecay, beta1, beta2, eps } = attributes;
  const sign = attributes.maximize ? -1 : 1;
  const shrink = decoupledWeightDecay ? 1 - lr * weightDecay : 1;
  const penalty = decoupledWeightDecay ? 0 : weightDecay;
  const stepSize = attributes.stepSizes[index] as number;
  const rootCorrection = attributes.rootCorrections[index] as number;
  kernels.adamStep(
    ...([p, g, m, v, largest, size, sign, shrink, penalty] as const),
    ...([1 - beta1, beta2, 1 - beta2, eps, stepSize, rootCorrection] as const),
  );
}

function sgdStep(
  kernels: OptimizerKernels,
  at: readonly number[],
  size: number,
  attributes: SgdStepAttributes,
  index: number,
): void {
  const [p, g, buffer = 0] = at as [number, number, number?];
  const { lr, momentum, weightDecay } = attributes;
  const sign = attributes.maximize ? -1 : 1;
  const nesterov = attributes.nesterov ? 1 : 0;
  const scale = attributes.gradientScales[index] as number;
  kernels.sgdStep(
    ...([p, g, buffer, size, lr, momentum, scale, weightDecay, sign, nesterov] as const),
  );
}
