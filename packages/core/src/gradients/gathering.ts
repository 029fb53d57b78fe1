import {
  add,
  cast,
  type GradConfig,
  gather,
  gatherND,
  greater,
  greaterEqual,
  maximum,
  mul,
  onesLike,
  range,
  reshape,
  scalar,
  scatterND,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  transpose,
  unsortedSegmentSum,
  util,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { gradient, reshaped, run, zerosFor } from "./gradient.ts";

/** Ops that pick values by index, and those that put them back. */
export const gatheringGradients: readonly GradConfig[] = [
  gradient(
    "GatherV2",
    { inputs: ["x", "indices"] },
    (dy, { x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) => ({
      x: () => ungather(dy, x, indices, axis, batchDims),
      indices: () => zerosFor(indices),
    }),
  ),
  gradient("UnsortedSegmentSum", { inputs: ["segmentIds"] }, (dy, { segmentIds }) => ({
    x: () => {
      // A negative id drops its row.
      const zero = scalar(0, "int32");
      const rows = gather(dy, maximum(segmentIds, zero));
      const present = cast(greaterEqual(segmentIds, zero), "float32");
      const ones = Array(rows.rank - present.rank).fill(1);
      return mul(rows, reshape(present, [...present.shape, ...ones]));
    },
    segmentIds: () => zerosFor(segmentIds),
  })),
  gradient("GatherNd", { inputs: ["params", "indices"] }, (dy, { params, indices }) => ({
    params: () => {
      const depth = indices.shape.at(-1) as number;
      return scatterND(
        reshape(indices, [-1, depth]),
        reshape(dy, [-1, ...params.shape.slice(depth)]),
        params.shape,
      );
    },
    indices: () => zerosFor(indices),
  })),
  gradient("ScatterNd", { inputs: ["indices"] }, (dy, { indices }) => ({
    updates: () => gatherND(dy, indices),
    indices: () => zerosFor(indices),
  })),
  // For an index named twice, where only the last update counts, each gets the gradient, as in TensorFlow.
  gradient(
    "TensorScatterUpdate",
    { inputs: ["indices", "updates"] },
    (dy, { indices, updates }) => ({
      tensor: () => {
        // Not an update of dy with zeros: tfjs's cpu kernel writes into its input.
        const replaced = scatterND(indices, onesLike(updates), dy.shape);
        return run("Select", {
          condition: greater(replaced, scalar(0)),
          t: zerosLike(dy),
          e: dy,
        });
      },
      updates: () => gatherND(dy, indices),
      indices: () => zerosFor(indices),
    }),
  ),
  gradient(
    "SparseToDense",
    { inputs: ["sparseIndices", "sparseValues"] },
    (dy, { sparseIndices, sparseValues }) => {
      const picked = (): Tensor => {
        const rows = sparseIndices.rank < 2 ? reshape(sparseIndices, [-1, 1]) : sparseIndices;
        return gatherND(dy, rows);
      };
      return {
        sparseValues: () => (sparseValues.rank === 0 ? sum(picked()) : picked()),
        defaultValue: () => sub(sum(dy), sum(picked())),
        sparseIndices: () => zerosFor(sparseIndices),
      };
    },
  ),
  gradient("TopK", { inputs: ["x"], outputs: [null, "indices"] }, (dy, { x, indices }) => ({
    x: () => {
      const n = x.shape.at(-1) as number;
      const rows = x.size / n;
      const starts = reshape(range(0, x.size, n, "int32"), [rows, 1]);
      const flat = add(reshape(indices, [rows, -1]), starts);
      return reshape(scatterND(reshape(flat, [-1, 1]), reshape(dy, [-1]), [x.size]), x.shape);
    },
  })),
  gradient("Select", { inputs: ["condition"] }, (dy, { condition }) => ({
    t: () => run("Select", { condition, t: dy, e: zerosLike(dy) }),
    e: () => run("Select", { condition, t: zerosLike(dy), e: dy }),
    condition: () => zerosFor(condition),
  })),
];

/**
 * x is [batch, outer, n, inner], the indices are [batch, k] and dy is [batch, outer, k, inner]: one
 * sum of rows by index, with each batch's indices moved to a range of its own.
 */
function ungather(
  dy: Tensor,
  x: Tensor,
  indices: Tensor,
  anyAxis: number,
  batchDims: number,
): Tensor {
  const axis = util.parseAxisParam(anyAxis, x.shape)[0] as number;
  const n = x.shape[axis] as number;
  const batch = util.sizeFromShape(x.shape.slice(0, batchDims));
  const outer = util.sizeFromShape(x.shape.slice(batchDims, axis));
  const inner = util.sizeFromShape(x.shape.slice(axis + 1));
  const k = util.sizeFromShape(indices.shape.slice(batchDims));

  let values = dy;
  if (outer !== 1) values = transpose(reshape(dy, [batch, outer, k, inner]), [0, 2, 1, 3]);
  let ids = reshaped(indices, [batch * k]);
  if (batch > 1) {
    const starts = reshape(range(0, batch * n, n, "int32"), [batch, 1]);
    ids = reshape(add(reshape(indices, [batch, k]), starts), [batch * k]);
  }
  const sums = unsortedSegmentSum(
    reshaped(values, [batch * k, outer * inner]),
    ids as Tensor1D,
    batch * n,
  );
  if (outer === 1) return reshaped(sums, x.shape);
  return reshape(transpose(reshape(sums, [batch, n, outer, inner]), [0, 2, 1, 3]), x.shape);
}
