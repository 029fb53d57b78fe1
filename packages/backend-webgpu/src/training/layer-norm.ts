import { FUSED } from "@kindling/core";
import { expectAxes, expectNumber, expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, sizeOf, zeros } from "../kernels/kernel.ts";
import { columnSums } from "./column-sums.ts";
import { dispatch, spread, type Uniform } from "./recorder.ts";
import { workgroupTotal } from "./workgroup-total.ts";

/** Threads for a row. */
const THREADS = 64;

/** Layer normalization of each row, and its gradient. A row's statistics are its mean and 1 / √(variance + eps). */
export const layerNormKernels: readonly KernelConfig[] = [
  defineFloatKernel<
    { x: TensorInfo; gamma: TensorInfo; beta: TensorInfo },
    { readonly eps: number }
  >(FUSED.layerNorm, ({ inputs: { x, gamma, beta }, attrs: { eps }, backend }) => {
    const [rows, columns] = matrix(FUSED.layerNorm, x, { gamma, beta });
    expectNumber(FUSED.layerNorm, "eps", eps, 0);
    const y = allocate(backend, x.shape);
    if (sizeOf(x) === 0) return [y, zeros(backend, [rows, 2])];
    const statistics = allocate(backend, [rows, 2]);
    dispatch(backend, {
      label: FUSED.layerNorm,
      code: NORMALIZE,
      reads: { x, gamma, beta },
      writes: { y, statistics },
      uniforms: { ...sizes(rows, columns), eps: ["f32", eps] },
      workgroups: spread(rows),
    });
    return [y, statistics];
  }),

  defineFloatKernel<{ dy: TensorInfo; x: TensorInfo; statistics: TensorInfo; gamma: TensorInfo }>(
    FUSED.layerNormGrad,
    ({ inputs: { dy, x, statistics, gamma }, backend }) => {
      const [rows, columns] = matrix(FUSED.layerNormGrad, x, { gamma });
      expectShape(FUSED.layerNormGrad, x.shape, dy);
      expectShape(FUSED.layerNormGrad, [rows, 2], statistics, "statistics");
      const dx = allocate(backend, x.shape);
      if (sizeOf(x) === 0) return [dx, zeros(backend, [columns]), zeros(backend, [columns])];
      dispatch(backend, {
        label: FUSED.layerNormGrad,
        code: INPUT_GRADIENT,
        reads: { dy, x, statistics, gamma },
        writes: { dx },
        uniforms: sizes(rows, columns),
        workgroups: spread(rows),
      });
      const affine = columnSums(backend, {
        ...{ label: `${FUSED.layerNormGrad}Affine`, rows, columns, reads: { dy, x, statistics } },
        terms: {
          dgamma: "dy[i] * (x[i] - statistics[2u * row]) * statistics[2u * row + 1u]",
          dbeta: "dy[i]",
        },
      });
      return [dx, ...affine];
    },
  ),
];

/** A workgroup a row; `body` is WGSL of its `row`, which starts at `first`. */
const rowwise = (body: string): string => `${workgroupTotal(THREADS)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= u.rows) { return; }
  let first = row * u.columns;
  let count = f32(u.columns);
${body}
}`;

const alongRow = (body: string): string => `
  for (var k = local; k < u.columns; k += ${THREADS}u) { ${body} }`;

// Twice over the row, for the mean and then for the squares of the differences from it.
const NORMALIZE = rowwise(`
  var sum = 0.0;
  ${alongRow("sum += x[first + k];")}
  let mean = total(local, sum) / count;
  sum = 0.0;
  ${alongRow("let difference = x[first + k] - mean; sum += difference * difference;")}
  let scale = 1.0 / sqrt(total(local, sum) / count + u.eps);
  ${alongRow("y[first + k] = (x[first + k] - mean) * scale * gamma[k] + beta[k];")}
  if (local == 0u) {
    statistics[2u * row] = mean;
    statistics[2u * row + 1u] = scale;
  }`);

// With g = dy · gamma and n = (x − mean) · scale: dx = scale · (g − mean of g − n · mean of g · n).
const INPUT_GRADIENT = rowwise(`
  let mean = statistics[2u * row];
  let scale = statistics[2u * row + 1u];
  var sum = 0.0;
  var product = 0.0;
  ${alongRow(`
    let g = dy[first + k] * gamma[k];
    sum += g;
    product += g * (x[first + k] - mean) * scale;`)}
  let shift = total(local, sum) / count;
  let slope = total(local, product) / count;
  ${alongRow(`
    let normal = (x[first + k] - mean) * scale;
    dx[first + k] = scale * (dy[first + k] * gamma[k] - shift - normal * slope);`)}`);

function sizes(rows: number, columns: number): Record<string, Uniform> {
  return { rows: ["u32", rows], columns: ["u32", columns] };
}

function matrix(
  where: string,
  x: TensorInfo,
  byColumn: Readonly<Record<string, TensorInfo>>,
): [rows: number, columns: number] {
  expectAxes(where, "[rows, c]", x.shape, "the input");
  const [rows, columns] = x.shape as [number, number];
  for (const [name, one] of Object.entries(byColumn)) expectShape(where, [columns], one, name);
  return [rows, columns];
}
