import {
  backend_util,
  batchToSpaceND,
  type GradConfig,
  gather,
  range,
  reshape,
  reverse,
  spaceToBatchND,
  sum,
  type Tensor,
  transpose,
  util,
} from "@tensorflow/tfjs-core";
import { gradient, reshaped, run, zerosFor } from "./gradient.ts";

/** Ops that move or repeat values and change none. */
export const shapingGradients: readonly GradConfig[] = [
  gradient("Identity", {}, (dy) => ({ x: () => dy })),
  // Casting to whole numbers is a step: no gradient comes back (tfjs lets it through).
  gradient("Cast", {}, (dy, _, { dtype }: { dtype: string }) => ({
    x: () => (dtype === "float32" ? dy : zerosFor(dy)),
  })),
  gradient("Reshape", { inputs: ["x"] }, (dy, { x }) => ({ x: () => reshaped(dy, x.shape) })),
  gradient("ExpandDims", { inputs: ["input"] }, (dy, { input }) => ({
    input: () => reshape(dy, input.shape),
  })),
  gradient("Transpose", {}, (dy, _, { perm }: { perm: number[] }) => ({
    x: () => transpose(dy, backend_util.getUndoAxesPermutation(perm)),
  })),
  gradient("Reverse", {}, (dy, _, { dims }: { dims: number[] }) => ({
    x: () => reverse(dy, dims),
  })),
  gradient("FlipLeftRight", {}, (dy) => ({ image: () => run("FlipLeftRight", { image: dy }) })),
  gradient("BroadcastTo", {}, (dy, _, { inputShape }: { inputShape: number[] }) => ({
    x: () => untile(dy, inputShape),
  })),
  gradient("Tile", { inputs: ["x"] }, (dy, { x }) => ({ x: () => untile(dy, x.shape) })),
  gradient("Diag", { inputs: ["x"] }, (dy, { x }) => ({
    x: () => {
      const diagonal = range(0, x.size ** 2, x.size + 1, "int32");
      return reshape(gather(reshape(dy, [-1]), diagonal), x.shape);
    },
  })),
  gradient(
    "SpaceToBatchND",
    {},
    (dy, _, { blockShape, paddings }: { blockShape: number[]; paddings: number[][] }) => ({
      x: () => batchToSpaceND(dy, blockShape, paddings),
    }),
  ),
  gradient(
    "BatchToSpaceND",
    {},
    (dy, _, { blockShape, crops }: { blockShape: number[]; crops: number[][] }) => ({
      x: () => spaceToBatchND(dy, blockShape, crops),
    }),
  ),
  gradient(
    "DepthToSpace",
    { inputs: ["x"] },
    (dy, { x }, { blockSize, dataFormat }: { blockSize: number; dataFormat: string }) => ({
      x: () => spaceToDepth(dy, x.shape, blockSize, dataFormat),
    }),
  ),
];

/** Sums the copies that `tile` made, at any rank. */
function untile(dy: Tensor, shape: readonly number[]): Tensor {
  const repeated = shape.flatMap((size, axis) => (dy.shape[axis] === size ? [] : [axis]));
  const broadcast = repeated.filter((axis) => shape[axis] === 1);
  let dx = broadcast.length === 0 ? dy : sum(dy, broadcast, true);
  for (const axis of repeated) {
    const size = shape[axis] as number;
    if (size < 2) continue;
    // One axis at a time in three dimensions, because kernels limit the rank.
    const outer = util.sizeFromShape(dx.shape.slice(0, axis));
    const inner = util.sizeFromShape(dx.shape.slice(axis + 1));
    const copies = (dx.shape[axis] as number) / size;
    const rest = [...dx.shape.slice(0, axis), size, ...dx.shape.slice(axis + 1)];
    dx = reshape(sum(reshape(dx, [outer, copies, size * inner]), 1), rest);
  }
  return dx;
}

function spaceToDepth(
  dy: Tensor,
  shape: readonly number[],
  block: number,
  dataFormat: string,
): Tensor {
  if (dataFormat === "NCHW") {
    const [n, , h, w] = shape as [number, number, number, number];
    const c = dy.shape[1] as number;
    const cells = reshape(dy, [n, c, h, block, w, block]);
    return reshape(transpose(cells, [0, 3, 5, 1, 2, 4]), [...shape]);
  }
  const [n, h, w] = shape as [number, number, number, number];
  const c = dy.shape[3] as number;
  const cells = reshape(dy, [n, h, block, w, block, c]);
  return reshape(transpose(cells, [0, 1, 3, 2, 4, 5]), [...shape]);
}
