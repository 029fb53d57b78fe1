import {
  batchToSpaceND,
  broadcastTo,
  cast,
  clone,
  customGrad,
  depthToSpace,
  diag,
  engine,
  expandDims,
  getGradient,
  image,
  mul,
  reshape,
  reverse,
  spaceToBatchND,
  type Tensor,
  type Tensor4D,
  tile,
  transpose,
} from "@tensorflow/tfjs-core";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { shapingGradients } from "./shaping.ts";

// tfjs has no kernel of this name on any backend (its op tiles), so the registered gradient is used here.
function registeredBroadcastTo(x: Tensor, shape: [number, number, number]): Tensor {
  const attributes = { inputShape: x.shape, shape };
  return customGrad(() => ({
    value: broadcastTo(x, shape),
    gradFunc: (dy: Tensor): Tensor =>
      getGradient("BroadcastTo").gradFunc(dy, [], attributes).x?.() as Tensor,
  }))(x);
}

const TILES: readonly [number[], number[]][] = [
  [[3], [2]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1, 2],
    [1, 3, 2],
  ],
  [
    [1, 2, 1, 2],
    [2, 2, 3, 1],
  ],
  [
    [1, 2, 1, 2, 1],
    [2, 1, 2, 2, 3],
  ],
];

const TRANSPOSES: readonly (number[] | undefined)[] = [undefined, [1, 0, 2], [2, 0, 1], [1, 2, 0]];

describeGradients("shaping", shapingGradients, [
  { kernel: "Identity", f: clone, inputs: [[2, 3]] },
  {
    kernel: "Cast",
    f: (x) => mul(cast(x as Tensor, "int32"), x as Tensor),
    inputs: [{ shape: [4], from: 1.1, to: 1.9 }],
  },
  {
    kernel: "Cast",
    title: "to the same type",
    f: (x) => cast(x as Tensor, "float32"),
    inputs: [[4]],
  },
  {
    kernel: "Cast",
    title: "to bool",
    f: (x) => cast(cast(x as Tensor, "bool"), "float32"),
    inputs: [[4]],
  },
  { kernel: "Reshape", f: (x) => reshape(x as Tensor, [3, -1]), inputs: [[2, 6]] },
  {
    kernel: "Reshape",
    title: "to the same shape",
    f: (x) => reshape(x as Tensor, [2, 6]),
    inputs: [[2, 6]],
  },
  { kernel: "ExpandDims", f: (x) => expandDims(x as Tensor, -1), inputs: [[2, 3]] },
  ...TRANSPOSES.map(
    (perm): GradientCase => ({
      kernel: "Transpose",
      title: `order ${perm ?? "reversed"}`,
      f: (x) => transpose(x as Tensor, perm),
      inputs: [[2, 3, 4]],
    }),
  ),
  { kernel: "Reverse", f: (x) => reverse(x as Tensor, [0, -1]), inputs: [[2, 3, 4]] },
  { kernel: "FlipLeftRight", f: (x) => image.flipLeftRight(x as Tensor4D), inputs: [[2, 2, 3, 2]] },
  {
    kernel: "Tile",
    title: "of broadcastTo",
    f: (x) => broadcastTo(x as Tensor, [4, 2, 3]),
    inputs: [[2, 1]],
  },
  {
    kernel: "BroadcastTo",
    f: (x) => registeredBroadcastTo(x as Tensor, [4, 2, 3]),
    inputs: [[1, 2, 1]],
  },
  ...TILES.map(
    ([shape, repeats]): GradientCase => ({
      kernel: "Tile",
      title: `§1c Tile of rank ${shape.length} by ${repeats}`,
      f: (x) => tile(x as Tensor, repeats),
      inputs: [shape],
    }),
  ),
  { kernel: "Diag", f: (x) => diag(x as Tensor), inputs: [[4]] },
  { kernel: "Diag", title: "rank 2", f: (x) => diag(x as Tensor), inputs: [[2, 3]] },
  {
    kernel: "SpaceToBatchND",
    f: (x) =>
      spaceToBatchND(
        x as Tensor,
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    inputs: [[1, 3, 3, 2]],
  },
  {
    kernel: "BatchToSpaceND",
    f: (x) =>
      batchToSpaceND(
        x as Tensor,
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    inputs: [[4, 2, 2, 1]],
  },
  {
    kernel: "DepthToSpace",
    title: "§1b DepthToSpace",
    f: (x) => depthToSpace(x as Tensor4D, 2),
    inputs: [[2, 1, 2, 8]],
  },
  {
    kernel: "DepthToSpace",
    title: "§1b DepthToSpace by 3",
    f: (x) => depthToSpace(x as Tensor4D, 3),
    inputs: [[1, 2, 1, 9]],
  },
  {
    kernel: "DepthToSpace",
    title: "through runKernel",
    f: (x) =>
      engine().runKernel("DepthToSpace", { x: x as Tensor }, { blockSize: 2, dataFormat: "NHWC" }),
    inputs: [[1, 2, 2, 4]],
  },
]);
