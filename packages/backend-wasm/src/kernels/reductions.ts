import { FUSED } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import {
  All,
  Any,
  add,
  backend_util,
  type DataType,
  type KernelConfig,
  Max,
  Mean,
  Min,
  Prod,
  Sum,
  type Tensor,
  type TensorInfo,
  tidy,
  transpose,
  util,
} from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import {
  allocate,
  type BackendWasm,
  defineFloatKernel,
  defineKernel,
  floats,
  type KernelCall,
  pointer,
  sizeOf,
  track,
} from "./kernel.ts";
import { runStock } from "./stock.ts";

interface ReductionAttributes {
  readonly axis?: number | number[];
  /** What `Max` calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

type Reduction = KernelCall<{ x: TensorInfo }, ReductionAttributes>;

/**
 * Sums over axes; int32 stays int32.
 *
 * Added up in float64: the sum over a batch of images, a bias gradient, keeps its last digits. tfjs's own
 * adds in float32, transposes first, and returns whatever was in memory for the sum of nothing.
 */
export const sum: KernelConfig = defineKernel<Reduction["inputs"], ReductionAttributes>(
  Sum,
  (call) => total(call, call.inputs.x.dtype === "float32" ? "float32" : "int32", 1),
);

/** Means over axes, float32; NaN over nothing. */
export const mean: KernelConfig = defineKernel<Reduction["inputs"], ReductionAttributes>(
  Mean,
  (call) => {
    const { axes } = reducedShape(call);
    const count = axes.reduce((size, axis) => size * (call.inputs.x.shape[axis] as number), 1);
    return total(call, "float32", count);
  },
);

/** The sum of all squares, for norms. */
export const sumOfSquares: KernelConfig = defineFloatKernel<{ x: TensorInfo }>(
  FUSED.sumOfSquares,
  ({ inputs: { x }, backend }) => {
    const output = allocate(backend, []);
    const { kernels } = sideModule(backend);
    floats(backend, output)[0] = kernels.sumOfSquares(pointer(backend, x), sizeOf(x));
    return output;
  },
);

/** A sum in the memory of its first side, when nobody else sees that: how gradients accumulate. */
export const addTo: KernelConfig = defineFloatKernel<{ total: TensorInfo; x: TensorInfo }>(
  FUSED.addTo,
  ({ inputs: { total, x }, backend }) => {
    expectShape(FUSED.addTo, total.shape, x, "what is added");
    const { dataId, shape, dtype } = total;
    if (backend.refCount(dataId) > 1) return add(total as Tensor, x as Tensor);
    sideModule(backend).kernels.addTo(pointer(backend, total), pointer(backend, x), sizeOf(total));
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  },
);

/** The other reductions: tfjs's own, with the value that each has over nothing. */
export const reductionsOfNothing: readonly KernelConfig[] = [
  ofNothing(Prod, 1),
  ofNothing(Min, Number.POSITIVE_INFINITY),
  ofNothing(All, 1),
  ofNothing(Any, 0),
];

/** The largest over axes; −∞ over nothing. */
export const maxKernel: KernelConfig = defineKernel<Reduction["inputs"], ReductionAttributes>(
  Max,
  (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const { axes, shape } = reducedShape(call);
    const last = axes.every((axis, i) => axis === x.shape.length - axes.length + i);
    const size = util.sizeFromShape(x.shape);
    if (size > 0 && !(last && x.dtype === "float32")) {
      return runStock(Max, { x }, attrs, backend);
    }
    const output = allocate(backend, shape, x.dtype);
    const rows = sizeOf(output);
    if (size === 0) backend.typedArrayFromHeap(output).fill(Number.NEGATIVE_INFINITY);
    else {
      const { kernels } = sideModule(backend);
      kernels.rowMaxima(pointer(backend, x), pointer(backend, output), rows, size / rows);
    }
    return output;
  },
);

function ofNothing(name: string, value: number): KernelConfig {
  return defineKernel<Reduction["inputs"], ReductionAttributes>(name, (call) => {
    const { inputs, attrs, backend } = call;
    if (util.sizeFromShape(inputs.x.shape) > 0)
      return runStock(name, { ...inputs }, attrs, backend);
    const { shape } = reducedShape(call);
    const output = allocate(backend, shape, inputs.x.dtype);
    backend.typedArrayFromHeap(output).fill(value);
    return output;
  });
}

// The sum over the call's axes divided by `divisor`.
function total(call: Reduction, dtype: DataType, divisor: number): TensorInfo {
  const { inputs, backend } = call;
  const { axes, shape } = reducedShape(call);
  const order = together(axes, inputs.x.shape.length);
  if (order === null) return addUp(backend, inputs.x, axes, shape, dtype, divisor);
  return tidy(() => {
    const x = transpose(inputs.x as Tensor, order);
    const last = axes.map((_, i) => order.length - axes.length + i);
    return track(addUp(backend, x, last, shape, dtype, divisor));
  });
}

// The order of axes that puts the reduced ones last; null when they are neighbours already.
function together(axes: readonly number[], rank: number): number[] | null {
  const neighbours = axes.every((axis, i) => axis === (axes[0] as number) + i);
  if (neighbours) return null;
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => !axes.includes(axis),
  );
  return [...kept, ...axes];
}

function addUp(
  backend: BackendWasm,
  input: TensorInfo,
  axes: readonly number[],
  shape: readonly number[],
  dtype: DataType,
  divisor: number,
): TensorInfo {
  const first = axes[0] ?? input.shape.length;
  const middle = axes.reduce((size, axis) => size * (input.shape[axis] as number), 1);
  const inner = util.sizeFromShape(input.shape.slice(first + axes.length));
  const outer = util.sizeFromShape(input.shape.slice(0, first));
  const output = allocate(backend, shape, dtype);
  if (input.dtype === "float32") {
    const { kernels } = sideModule(backend);
    const [from, to] = [pointer(backend, input), pointer(backend, output)];
    if (inner === 1) kernels.rowSums(from, to, outer, middle, divisor);
    else {
      for (let o = 0; o < outer; o++) {
        kernels.columnSums(
          from + 4 * o * middle * inner,
          to + 4 * o * inner,
          middle,
          inner,
          divisor,
        );
      }
    }
    return output;
  }
  const x = backend.typedArrayFromHeap(input);
  const y = backend.typedArrayFromHeap(output);
  const sums = new Float64Array(inner);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    if (inner === 1) {
      let sum = 0;
      for (let m = 0; m < middle; m++) sum += x[at++] as number;
      y[o] = sum / divisor;
      continue;
    }
    sums.fill(0);
    for (let m = 0; m < middle; m++) {
      for (let i = 0; i < inner; i++) sums[i] = (sums[i] as number) + (x[at++] as number);
    }
    for (let i = 0; i < inner; i++) y[o * inner + i] = (sums[i] as number) / divisor;
  }
  return output;
}

function reducedShape({ inputs: { x }, attrs }: Reduction): { axes: number[]; shape: number[] } {
  // Neither given means all axes.
  const axis = attrs.axis ?? attrs.reductionIndices;
  const axes = util.parseAxisParam(axis as number | number[], x.shape);
  const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  return {
    axes,
    shape: attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape,
  };
}
