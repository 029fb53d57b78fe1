// Sums down the columns of a matrix, as a bias's gradient is: rows are split over workgroups, whose shares a
// second dispatch adds up. tfjs transposes the matrix first and gives each column one workgroup.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { allocate } from "../kernels/kernel.ts";
import { dispatch, type Uniform } from "./recorder.ts";

const THREADS = 256;
/** Columns of a workgroup, at most: neighbours that a device loads together. */
const MOST_ACROSS = 64;
/** Workgroups that keep a large GPU busy; a thread has at least eight rows to add up. */
const BUSY = 256;
const MOST_SHARES = 128;
const ROWS_A_THREAD = 8;

export interface ColumnSums {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly reads: Readonly<Record<string, TensorInfo>>;
  /** WGSL of what is added up into each output: of `i`, the value's place, its `row` and its `column`. */
  readonly terms: Readonly<Record<string, string>>;
}

/** A tensor `[columns]` for each of the terms, in their order. Neither rows nor columns may be 0. */
export function columnSums(backend: WebGPUBackend, sums: ColumnSums): TensorInfo[] {
  const { label, rows, columns, reads, terms } = sums;
  const names = Object.keys(terms);
  const across = Math.min(MOST_ACROSS, 2 ** Math.ceil(Math.log2(columns)));
  const tiles = Math.ceil(columns / across);
  const shares = Math.max(
    1,
    Math.min(
      MOST_SHARES,
      Math.ceil(BUSY / tiles),
      Math.floor((rows * across) / (THREADS * ROWS_A_THREAD)),
    ),
  );
  const shape = shares === 1 ? [columns] : [shares, columns];
  const outputs = names.map(() => allocate(backend, shape));
  const uniforms: Record<string, Uniform> = {
    rows: ["u32", rows],
    columns: ["u32", columns],
    share: ["u32", Math.ceil(rows / shares)],
  };
  dispatch(backend, {
    label,
    code: columnCode(terms, across),
    reads,
    writes: Object.fromEntries(names.map((name, k) => [name, outputs[k] as TensorInfo])),
    uniforms,
    workgroups: [tiles, shares],
  });
  if (shares === 1) return outputs;
  return outputs.flatMap((part, k) => {
    const name = names[k] as string;
    const total = columnSums(backend, {
      ...{ label: `${label}Shares`, rows: shares, columns },
      ...{ reads: { shares: part }, terms: { [name]: "shares[i]" } },
    });
    backend.disposeData(part.dataId);
    return total;
  });
}

function columnCode(terms: Readonly<Record<string, string>>, across: number): string {
  const each = (text: (name: string, term: string) => string) =>
    Object.entries(terms)
      .map(([name, term]) => text(name, term))
      .join("\n");
  return `
var<workgroup> lanes: array<f32, ${THREADS}>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * ${across}u + local % ${across}u;
  let end = min((group.y + 1u) * u.share, u.rows);
  ${each((name) => `var ${name}Sum = 0.0;`)}
  if (column < u.columns) {
    for (var row = group.y * u.share + local / ${across}u; row < end; row += ${THREADS / across}u) {
      let i = row * u.columns + column;
      ${each((name, term) => `${name}Sum += ${term};`)}
    }
  }
  ${each(
    (name) => `
  lanes[local] = ${name}Sum;
  workgroupBarrier();
  for (var half = ${THREADS / 2}u; half >= ${across}u; half /= 2u) {
    if (local < half) { lanes[local] += lanes[local + half]; }
    workgroupBarrier();
  }
  if (local < ${across}u && column < u.columns) { ${name}[group.y * u.columns + column] = lanes[local]; }
  workgroupBarrier();`,
  )}
}`;
}
