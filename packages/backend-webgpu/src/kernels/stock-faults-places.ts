import { BIG, type Input, type Wrong } from "./stock-faults.ts";

const ONE_BIG: Input = [[BIG], [1], "int32"];
const TWO_BIG: Input = [[1, BIG], [2], "int32"];

/** What tfjs gets wrong in values picked and put by place, in the largest of a row, and in products. */
export const PLACE_FAULTS: readonly Wrong[] = [
  {
    kernel: "GatherNd",
    what: "takes integers for floats",
    inputs: {
      params: [[1, 2, BIG, 4], [2, 2], "int32"],
      indices: [[1, 0], [1, 2], "int32"],
    },
    expected: [[BIG]],
  },
  {
    kernel: "ScatterNd",
    what: "takes integers for floats",
    inputs: { indices: [[1, 1], [2, 1], "int32"], updates: [[BIG, 2], [2], "int32"] },
    attributes: { shape: [3] },
    expected: [[0, BIG + 2, 0]],
  },
  {
    kernel: "TensorScatterUpdate",
    what: "takes integers for floats",
    inputs: { tensor: TWO_BIG, indices: [[0], [1, 1], "int32"], updates: ONE_BIG },
    expected: [[BIG, BIG]],
  },
  {
    kernel: "TopK",
    what: "takes integers for floats",
    inputs: { x: [[BIG - 1, BIG, 3], [3], "int32"] },
    attributes: { k: 2, sorted: true },
    expected: [
      [BIG, BIG - 1],
      [1, 0],
    ],
  },
  {
    kernel: "BatchMatMul",
    what: "takes integers for floats",
    inputs: { a: [[1, BIG], [1, 1, 2], "int32"], b: [[4, 1], [1, 2, 1], "int32"] },
    attributes: { transposeA: false, transposeB: false },
    expected: [[BIG + 4]],
  },
  {
    kernel: "BatchMatMul",
    what: "multiplies the wrong matrices of a batch",
    inputs: {
      a: [
        [1, 10],
        [2, 1, 1, 1],
      ],
      b: [
        [1, 2, 3, 4, 5, 6],
        [2, 3, 1, 1],
      ],
    },
    attributes: { transposeA: false, transposeB: false },
    expected: [[1, 2, 3, 40, 50, 60]],
  },
];
