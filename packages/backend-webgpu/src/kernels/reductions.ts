// Along axes: sums of nothing, which tfjs's programs cannot make, and of integers, which they take through floats;
// places of extremes, where ties go to the first; scans, which tfjs gets wrong backwards.
import {
  All,
  Any,
  ArgMax,
  type ArgMaxAttrs,
  type ArgMaxInputs,
  ArgMin,
  backend_util,
  Cumprod,
  Cumsum,
  type CumsumAttrs,
  type CumsumInputs,
  type DataType,
  type KernelConfig,
  Max,
  Mean,
  Min,
  Prod,
  Softmax,
  type SoftmaxAttrs,
  type SoftmaxInputs,
  Sum,
  sumOutType,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import { columnSums } from "../training/column-sums.ts";
import { defineKernel, sizeOf } from "./kernel.ts";
import { GROUP, runProgram, wgslType } from "./program.ts";
import { runStock } from "./stock.ts";
import { permuted } from "./views.ts";

/** What a reduction of nothing is, and how integers are reduced, `a` with the next `b`. */
const REDUCTIONS: Readonly<Record<string, readonly [nothing: number, step: string | null]>> = {
  [Sum]: [0, "a + b"],
  [Mean]: [Number.NaN, null],
  [Max]: [Number.NEGATIVE_INFINITY, "max(a, b)"],
  [Min]: [Number.POSITIVE_INFINITY, "min(a, b)"],
  [Prod]: [1, "a * b"],
  [All]: [1, null],
  [Any]: [0, null],
};
const TYPES: Readonly<Record<string, DataType>> = {
  [Mean]: "float32",
  [All]: "bool",
  [Any]: "bool",
};

/** More of them would be more workgroups than a device takes along one dimension. */
const MOST_COLUMNS = 2 ** 22;

interface ReductionAttributes {
  readonly axis?: number | number[];
  /** Max's name for them. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

const reductions = Object.entries(REDUCTIONS).map(([name, [nothing, step]]) =>
  defineKernel<{ x: TensorInfo }, ReductionAttributes>(
    name,
    ({ inputs: { x }, attrs, backend }) => {
      const asked = (attrs.reductionIndices ?? attrs.axis) as number | number[];
      const axes = util.parseAxisParam(asked, x.shape);
      const [kept, reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const shape = attrs.keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
      const dtype = TYPES[name] ?? (name === Sum || name === Prod ? sumOutType(x.dtype) : x.dtype);
      if (sizeOf(x) === 0) {
        const values = util.getTypedArrayFromDType(dtype as "float32", util.sizeFromShape(kept));
        return backend.makeTensorInfo(shape, dtype, values.fill(nothing));
      }
      const columns = util.sizeFromShape(kept);
      if (name === Sum && x.dtype === "float32" && areLeading(axes) && columns < MOST_COLUMNS) {
        const rows = util.sizeFromShape(reduced);
        const terms = { sum: "x[i]" };
        const sums = columnSums(backend, { label: Sum, rows, columns, reads: { x }, terms });
        return { ...(sums[0] as TensorInfo), shape };
      }
      if (x.dtype !== "int32" || step === null) return runStock(name, { x }, attrs, backend);
      const order = backend_util.getAxesPermutation(axes, x.shape.length);
      const rows = order === null ? x : permuted(backend, x, order);
      const output = runProgram(backend, {
        name,
        inputs: { x: rows },
        ints: { length: util.sizeFromShape(reduced) },
        shape,
        dtype,
        code: `
          let start = index * uniforms.length;
          var a = i32(x[start]);
          for (var i = 1; i < uniforms.length; i++) { let b = i32(x[start + i]); a = ${step}; }
          result[index] = a;`,
      });
      if (rows !== x) backend.disposeData(rows.dataId);
      return output;
    },
  ),
);

/** The first place of the largest or smallest value, as in PyTorch; NaN is passed over. */
const placesOfExtremes = [
  [ArgMax, ">"],
  [ArgMin, "<"],
].map(([name, better]) =>
  defineKernel<ArgMaxInputs, ArgMaxAttrs>(name as string, ({ inputs: { x }, attrs, backend }) => {
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number;
    const { shape, length, inner } = along(x, axis);
    const type = wgslType(x.dtype);
    return runProgram(backend, {
      name: name as string,
      inputs: { x },
      ints: { length, inner },
      shape,
      dtype: "int32",
      threads: util.sizeFromShape(shape),
      grouped: true,
      declarations: `
          var<workgroup> values : array<${type}, ${GROUP}>;
          var<workgroup> places : array<i32, ${GROUP}>;`,
      // Each lane looks at every 64th value, then half of the lanes takes the better of two, and so on.
      code: `
          let start = (index / uniforms.inner) * uniforms.length * uniforms.inner + index % uniforms.inner;
          var best = ${type}(0);
          var place = -1;
          for (var i = lane; i < uniforms.length && index < uniforms.threads; i += ${GROUP}) {
            let value = ${type}(x[start + i * uniforms.inner]);
            if (value == value && (place < 0 || value ${better} best)) { best = value; place = i; }
          }
          values[lane] = best;
          places[lane] = place;
          for (var half = ${GROUP / 2}; half > 0; half = half / 2) {
            workgroupBarrier();
            if (lane < half) {
              let value = values[lane + half];
              let other = places[lane + half];
              if (other >= 0 && (place < 0 || value ${better} best || (value == best && other < place))) {
                best = value; place = other;
                values[lane] = best; places[lane] = place;
              }
            }
          }
          if (lane == 0 && index < uniforms.threads) { result[index] = max(place, 0); }`,
    });
  }),
);

const scans = [
  [Cumsum, "sum + value", 0],
  [Cumprod, "sum * value", 1],
].map(([name, step, first]) =>
  defineKernel<CumsumInputs, CumsumAttrs>(name as string, ({ inputs: { x }, attrs, backend }) => {
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number;
    const { length, inner, shape } = along(x, axis);
    const dtype = x.dtype === "bool" ? "int32" : x.dtype;
    const type = wgslType(dtype);
    const update = `sum = ${step};`;
    const write = "result[at] = sum;";
    return runProgram(backend, {
      name: name as string,
      inputs: { x },
      ints: { length, inner, backwards: attrs.reverse ? 1 : 0 },
      shape: x.shape,
      dtype,
      threads: util.sizeFromShape(shape),
      code: `
          let start = (index / uniforms.inner) * uniforms.length * uniforms.inner + index % uniforms.inner;
          var sum = ${type}(${first});
          for (var i = 0; i < uniforms.length; i++) {
            let step = select(i, uniforms.length - 1 - i, uniforms.backwards == 1);
            let at = start + step * uniforms.inner;
            let value = ${type}(x[at]);
            ${attrs.exclusive ? write + update : update + write}
          }`,
    });
  }),
);

/** Over the last axis. tfjs's own loses a NaN that one of the driver's functions loses. */
const softmax = defineKernel<SoftmaxInputs, SoftmaxAttrs>(
  Softmax,
  ({ inputs: { logits }, attrs, backend }) => {
    const last = logits.shape.length - 1;
    const axis = util.parseAxisParam(attrs.dim, logits.shape)[0] as number;
    const { length } = along(logits, axis);
    if (axis !== last || length === 0) return runStock(Softmax, { logits }, attrs, backend);
    return runProgram(backend, {
      name: Softmax,
      inputs: { x: logits },
      ints: { length },
      shape: logits.shape,
      dtype: "float32",
      threads: sizeOf(logits) / length,
      grouped: true,
      declarations: `
        var<workgroup> shared_ : array<f32, ${GROUP}>;
        fn larger(a : f32, b : f32) -> f32 { return select(select(b, a, a > b), a, isnan(a)); }`,
      code: `
        let start = index * uniforms.length;
        let end = select(0, uniforms.length, index < uniforms.threads);
        var most = -uniforms.INFINITY;
        for (var i = lane; i < end; i += ${GROUP}) { most = larger(f32(x[start + i]), most); }
        shared_[lane] = most;
        for (var half = ${GROUP / 2}; half > 0; half = half / 2) {
          workgroupBarrier();
          if (lane < half) { shared_[lane] = larger(shared_[lane], shared_[lane + half]); }
        }
        workgroupBarrier();
        most = shared_[0];
        workgroupBarrier();
        var total = 0.0;
        for (var i = lane; i < end; i += ${GROUP}) { total += exp(f32(x[start + i]) - most); }
        shared_[lane] = total;
        for (var half = ${GROUP / 2}; half > 0; half = half / 2) {
          workgroupBarrier();
          if (lane < half) { shared_[lane] = shared_[lane] + shared_[lane + half]; }
        }
        workgroupBarrier();
        total = select(shared_[0], uniforms.NAN, isnan(most));
        for (var i = lane; i < end; i += ${GROUP}) {
          let value = exp(f32(x[start + i]) - most) / total;
          result[start + i] = select(value, total, isnan(total));
        }`,
    });
  },
);

/** Reductions, places of extremes, scans and softmax. */
export const reductionKernels: readonly KernelConfig[] = [
  ...reductions,
  ...placesOfExtremes,
  ...scans,
  softmax,
];

/** True for the axes 0, 1, …, whatever their order. */
function areLeading(axes: readonly number[]): boolean {
  return Math.max(...axes) === axes.length - 1;
}

/** An axis, what lies within one step of it, and the shape without it. */
function along(
  { shape }: TensorInfo,
  axis: number,
): { shape: number[]; length: number; inner: number } {
  return {
    shape: shape.filter((_, at) => at !== axis),
    length: shape[axis] as number,
    inner: util.sizeFromShape(shape.slice(axis + 1)),
  };
}
