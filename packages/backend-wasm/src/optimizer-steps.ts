// The optimizers' fused steps on the wasm heap, in place where that is safe. The contract (order of
// inputs and outputs, attributes, when in place is allowed) is in packages/optim/src/fused.ts.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type KernelConfig, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";

interface AdamStep {
  readonly count: number;
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly decoupledWeightDecay: boolean;
  readonly amsgrad: boolean;
  readonly maximize: boolean;
  readonly stepSizes: readonly number[];
  readonly rootCorrections: readonly number[];
}

interface SgdStep {
  readonly count: number;
  readonly lr: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  readonly maximize: boolean;
  readonly gradientScales: readonly number[];
}

/** Registers `KindlingAdamStep` and `KindlingSgdStep` for `wasm`. Once a process. */
export function registerOptimizerKernels(): void {
  register("KindlingAdamStep", adamStep);
  register("KindlingSgdStep", sgdStep);
}

/**
 * Updates one parameter. `arrays` are the parameter, its gradient and its buffers as views of the heap;
 * all but the gradient are written.
 */
type Update<A> = (arrays: readonly Float32Array[], attributes: A, index: number) => void;

function register<A extends { readonly count: number }>(
  kernelName: string,
  update: Update<A>,
): void {
  const kernelFunc = (call: { inputs: TensorInfo[]; backend: BackendWasm; attrs: A }) =>
    run(call.backend, call.inputs, call.attrs, update);
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
  // Views come after all allocations: growth of the heap detaches older ones.
  const views = targets.map((target) => backend.typedArrayFromHeap(target) as Float32Array);
  for (let i = 0; i < count; i++) {
    const arrays = Array.from(
      { length: kinds },
      (_, kind) => views[kind * count + i] as Float32Array,
    );
    update(arrays, attributes, i);
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
  const copy = backend.makeOutput(shape, dtype);
  backend.typedArrayFromHeap(copy).set(backend.typedArrayFromHeap(input));
  return copy;
}

/**
 * Convolutions and matMul keep XNNPACK operators with their filter, bias or right side packed inside,
 * by the tensor's id, until that is disposed. So the id is given up and registered anew.
 */
function forgetPacked(backend: BackendWasm, { shape, dataId }: TensorInfo): void {
  const { id, memoryOffset } = backend.dataIdMap.get(dataId);
  const size = shape.reduce((product, length) => product * length, 1);
  backend.wasm.tfjs.disposeData(id);
  backend.wasm.tfjs.registerTensor(id, size, memoryOffset);
}

// The loops compute in float64 and round when they store. Rounded before that, as PyTorch does, is what
// adds up: the constants, and `p *= 1 − lr · weightDecay`, whose error points the same way at every step.
const { fround } = Math;

function adamStep(arrays: readonly Float32Array[], attributes: AdamStep, index: number): void {
  const [p, g, m, v, largest] = arrays as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array?,
  ];
  const { lr, weightDecay, decoupledWeightDecay } = attributes;
  const sign = attributes.maximize ? -1 : 1;
  const shrink = decoupledWeightDecay ? fround(1 - lr * weightDecay) : 1;
  const penalty = decoupledWeightDecay ? 0 : fround(weightDecay);
  const share1 = fround(1 - attributes.beta1);
  const beta2 = fround(attributes.beta2);
  const share2 = fround(1 - attributes.beta2);
  const eps = fround(attributes.eps);
  const stepSize = fround(attributes.stepSizes[index] as number);
  const rootCorrection = fround(attributes.rootCorrections[index] as number);
  for (let i = 0; i < p.length; i++) {
    const value = fround((p[i] as number) * shrink);
    const gradient = sign * (g[i] as number) + penalty * value;
    const mean = (m[i] as number) + (gradient - (m[i] as number)) * share1;
    const meanSquare = (v[i] as number) * beta2 + gradient * gradient * share2;
    m[i] = mean;
    v[i] = meanSquare;
    let bound = meanSquare;
    if (largest !== undefined) {
      bound = Math.max(largest[i] as number, meanSquare);
      largest[i] = bound;
    }
    p[i] = value - (stepSize * mean) / (Math.sqrt(bound) / rootCorrection + eps);
  }
}

function sgdStep(arrays: readonly Float32Array[], attributes: SgdStep, index: number): void {
  const [p, g, buffer] = arrays as [Float32Array, Float32Array, Float32Array?];
  const { nesterov } = attributes;
  const sign = attributes.maximize ? -1 : 1;
  const lr = fround(attributes.lr);
  const momentum = fround(attributes.momentum);
  const penalty = fround(attributes.weightDecay);
  const scale = fround(attributes.gradientScales[index] as number);
  for (let i = 0; i < p.length; i++) {
    const gradient = sign * (g[i] as number) + penalty * (p[i] as number);
    let direction = gradient;
    if (buffer !== undefined) {
      const next = momentum * (buffer[i] as number) + scale * gradient;
      buffer[i] = next;
      direction = nesterov ? gradient + momentum * next : next;
    }
    p[i] = (p[i] as number) - lr * direction;
  }
}
