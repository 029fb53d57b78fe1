// The filter gradient as a product of matrices that are never made: its rows are (tap, input channel), its
// columns output channels, and the pixels are what is summed over. tfjs has one thread a filter element loop
// over all of them; here they are split over workgroups, whose shares a second dispatch adds up.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, sizeOf } from "../kernels/kernel.ts";
import { type Geometry, geometryUniforms } from "./convolution.ts";
import { dispatch, elementwise, groupsFor } from "./recorder.ts";

/** Threads along each side of a tile. */
const SIDE = 8;
/** Pixels that a tile holds at a time. */
const DEPTH = 16;
/** Workgroups that keep a large GPU busy; one has at least four times DEPTH pixels to add up. */
const BUSY = 256;
const MOST_SHARES = 128;

export function filterGradient(
  label: string,
  backend: WebGPUBackend,
  { x, dy }: { readonly x: TensorInfo; readonly dy: TensorInfo },
  filterShape: readonly number[],
  geometry: Geometry,
): TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels, groups, inChannels } = geometry;
  const output = allocate(backend, filterShape);
  const size = sizeOf(output);
  const pixels = batchSize * outHeight * outWidth;
  const height = (geometry.filterHeight * geometry.filterWidth * inChannels) / groups;
  const perGroup = outChannels / groups;
  const [down, across] = [valuesAThread(height), valuesAThread(perGroup)];
  const tilesDown = Math.ceil(height / (SIDE * down));
  const tilesAcross = Math.ceil(perGroup / (SIDE * across));
  const tiles = tilesDown * tilesAcross * groups;
  const shares = Math.max(
    1,
    Math.min(MOST_SHARES, Math.ceil(BUSY / tiles), Math.floor(pixels / (4 * DEPTH))),
  );
  const share = Math.ceil(pixels / shares / DEPTH) * DEPTH;
  const sums = shares === 1 ? output : allocate(backend, [shares, size]);
  dispatch(backend, {
    label,
    code: tileCode(down, across),
    reads: { x, dy },
    writes: { sums },
    uniforms: {
      ...geometryUniforms(geometry),
      size: ["i32", size],
      pixels: ["i32", pixels],
      height: ["i32", height],
      share: ["i32", share],
      tilesAcross: ["i32", tilesAcross],
    },
    workgroups: [tilesAcross * groups, tilesDown, shares],
  });
  if (shares === 1) return output;
  dispatch(backend, {
    label: `${label}Shares`,
    code: elementwise(`
  var total = 0.0;
  for (var s = 0u; s < u.shares; s++) { total += sums[s * u.size + i]; }
  output[i] = total;`),
    reads: { sums },
    writes: { output },
    uniforms: { size: ["u32", size], shares: ["u32", shares] },
    workgroups: groupsFor(size),
  });
  backend.disposeData(sums.dataId);
  return output;
}

// A thread of a large matrix computes 4 × 4 values, so that each it loads is used four times.
function valuesAThread(length: number): 1 | 2 | 4 {
  if (length > 2 * SIDE) return 4;
  return length > SIDE ? 2 : 1;
}

function tileCode(down: number, across: number): string {
  const [tall, wide] = [SIDE * down, SIDE * across];
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const each = (text: (i: number, j: number) => string) =>
    range(down)
      .flatMap((i) => range(across).map((j) => text(i, j)))
      .join("\n");
  return `
var<workgroup> left: array<f32, ${DEPTH * tall}>;
var<workgroup> right: array<f32, ${DEPTH * wide}>;

@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) thread: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let group = i32(tile.x) / u.tilesAcross;
  let firstColumn = (i32(tile.x) % u.tilesAcross) * ${wide};
  let firstRow = i32(tile.y) * ${tall};
  let start = i32(tile.z) * u.share;
  let end = min(start + u.share, u.pixels);
  ${each((i, j) => `var sum${i}${j} = 0.0;`)}
  for (var first = start; first < end; first += ${DEPTH}) {
    for (var e = i32(local); e < ${DEPTH * tall}; e += ${SIDE * SIDE}) {
      left[e] = seen(first + e / ${tall}, end, firstRow + e % ${tall}, group);
    }
    for (var e = i32(local); e < ${DEPTH * wide}; e += ${SIDE * SIDE}) {
      let pixel = first + e / ${wide};
      let column = firstColumn + e % ${wide};
      var value = 0.0;
      if (pixel < end && column < u.per) { value = dy[pixel * u.oc + group * u.per + column]; }
      right[e] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
      ${range(down)
        .map((i) => `let a${i} = left[k * ${tall}u + thread.y + ${i * SIDE}u];`)
        .join("\n")}
      ${range(across)
        .map((j) => `let b${j} = right[k * ${wide}u + thread.x + ${j * SIDE}u];`)
        .join("\n")}
      ${each((i, j) => `sum${i}${j} += a${i} * b${j};`)}
    }
    workgroupBarrier();
  }
  let row = firstRow + i32(thread.y);
  let column = firstColumn + i32(thread.x);
  let to = i32(tile.z) * u.size + group * u.per;
  ${each(
    (i, j) => `if (row + ${i * SIDE} < u.height && column + ${j * SIDE} < u.per) {
    sums[to + (row + ${i * SIDE}) * u.oc + column + ${j * SIDE}] = sum${i}${j};
  }`,
  )}
}

// What the filter's row sees at an output pixel: 0 in the padding and beyond the matrix.
fn seen(pixel: i32, end: i32, row: i32, group: i32) -> f32 {
  if (pixel >= end || row >= u.height) { return 0.0; }
  let tap = row / u.within;
  let image = pixel / (u.oh * u.ow);
  let y = ((pixel / u.ow) % u.oh) * u.strideH - u.top + (tap / u.kw) * u.dilationH;
  let z = (pixel % u.ow) * u.strideW - u.left + (tap % u.kw) * u.dilationW;
  if (y < 0 || y >= u.h || z < 0 || z >= u.w) { return 0.0; }
  return x[((image * u.h + y) * u.w + z) * u.c + group * u.within + row % u.within];
}`;
}
