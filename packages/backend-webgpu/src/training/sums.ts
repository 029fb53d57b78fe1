import { FUSED } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, sizeOf, zeros } from "../kernels/kernel.ts";
import { writable } from "./in-place.ts";
import { dispatch, elementwise, groupsFor } from "./recorder.ts";
import { workgroupTotal } from "./workgroup-total.ts";

const THREADS = 256;
const MOST_GROUPS = 256;

/** `total + x`, into the total's own memory when nobody else refers to it. */
const addTo = defineFloatKernel<{ total: TensorInfo; x: TensorInfo }>(
  FUSED.addTo,
  ({ inputs: { total, x }, backend }) => {
    expectShape(FUSED.addTo, total.shape, x, "what is added");
    const sum = writable(backend, total);
    const size = sizeOf(x);
    if (size === 0) return sum;
    dispatch(backend, {
      label: FUSED.addTo,
      code: elementwise("  sum[i] += x[i];"),
      reads: { x },
      writes: { sum },
      uniforms: { size: ["u32", size] },
      workgroups: groupsFor(size),
    });
    return sum;
  },
);

/** `Σ x²`: each group's share, then the sum of the shares. */
const sumOfSquares = defineFloatKernel<{ x: TensorInfo }>(
  FUSED.sumOfSquares,
  ({ inputs: { x }, backend }) => {
    const size = sizeOf(x);
    if (size === 0) return zeros(backend, []);
    const shares = Math.min(MOST_GROUPS, Math.ceil(size / (8 * THREADS)));
    const result = allocate(backend, []);
    const partial = shares === 1 ? result : allocate(backend, [shares]);
    const reduce = (from: TensorInfo, to: TensorInfo, groups: number, square: boolean): void =>
      dispatch(backend, {
        label: FUSED.sumOfSquares,
        code: reduction(square ? "value * value" : "value"),
        reads: { values: from },
        writes: { to },
        uniforms: { size: ["u32", sizeOf(from)], stride: ["u32", groups * THREADS] },
        workgroups: [groups],
      });
    reduce(x, partial, shares, true);
    if (shares === 1) return result;
    reduce(partial, result, 1, false);
    backend.disposeData(partial.dataId);
    return result;
  },
);

export const sums: readonly KernelConfig[] = [addTo, sumOfSquares];

function reduction(term: string): string {
  return `${workgroupTotal(THREADS)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * ${THREADS}u + local; i < u.size; i += u.stride) {
    let value = values[i];
    sum += ${term};
  }
  let result = total(local, sum);
  if (local == 0u) { to[group.x] = result; }
}`;
}
