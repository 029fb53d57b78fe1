import { mirrorPad, pad, slice, stridedSlice, type Tensor } from "@tensorflow/tfjs-core";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { slicingGradients } from "./slicing-and-padding.ts";

type Masks = readonly [
  begin?: number,
  end?: number,
  ellipsis?: number,
  newAxis?: number,
  shrink?: number,
];

/** Title, shape, begin, end, strides, masks. */
const STRIDED: readonly [string, number[], number[], number[], number[], Masks][] = [
  ["every second", [7], [1], [7], [2], []],
  ["stride longer than the rest", [5], [3], [5], [4], []],
  ["two axes", [5, 6], [0, 1], [5, 6], [2, 3], []],
  ["backwards", [6], [5], [0], [-1], []],
  ["backwards by 2, end left open", [6, 2], [-1, 0], [0, 2], [-2, 1], [0, 1]],
  ["begin and end left open", [5, 4], [2, 1], [3, 3], [2, 2], [3, 3]],
  ["ellipsis", [3, 2, 5], [0, 0], [0, 4], [1, 2], [0, 0, 1]],
  ["new axis", [3, 4], [0, 1, 0], [1, 3, 4], [1, 1, 2], [0, 0, 0, 1]],
  ["one row, its axis dropped", [3, 4], [1, 0], [2, 4], [1, 1], [0, 0, 0, 0, 1]],
  ["everything", [2, 3], [0, 0], [2, 3], [1, 1], []],
  ["mixed signs", [4, 5], [3, 0], [0, 5], [-2, 2], []],
];

const MIRRORS: readonly [number[], [number, number][]][] = [
  [[4], [[2, 3]]],
  [
    [3, 4],
    [
      [1, 2],
      [0, 3],
    ],
  ],
  [
    [2, 3, 2],
    [
      [0, 0],
      [2, 1],
      [1, 1],
    ],
  ],
  [
    [1, 3, 4, 2],
    [
      [0, 0],
      [2, 0],
      [1, 3],
      [0, 0],
    ],
  ],
];

describeGradients("slicing and padding", slicingGradients, [
  { kernel: "Slice", f: (x) => slice(x as Tensor, [1, 0, 2], [1, 2, -1]), inputs: [[2, 3, 4]] },
  {
    kernel: "Slice",
    title: "fewer axes given",
    f: (x) => slice(x as Tensor, 1, 2),
    inputs: [[4, 2]],
  },
  {
    kernel: "PadV2",
    f: (x) =>
      pad(
        x as Tensor,
        [
          [0, 2],
          [1, 0],
          [1, 1],
        ],
        3,
      ),
    inputs: [[2, 3, 1]],
  },
  { kernel: "PadV2", title: "by nothing", f: (x) => pad(x as Tensor, [[0, 0]]), inputs: [[3]] },
  ...STRIDED.map(
    ([title, shape, begin, end, strides, masks]): GradientCase => ({
      kernel: "StridedSlice",
      title: `§1b StridedSlice, ${title}`,
      f: (x) => stridedSlice(x as Tensor, begin, end, strides, ...masks),
      inputs: [shape],
    }),
  ),
  ...(["reflect", "symmetric"] as const).flatMap((mode) =>
    MIRRORS.map(
      ([shape, paddings]): GradientCase => ({
        kernel: "MirrorPad",
        title: `§1c mirrorPad ${mode} by ${paddings.join(" | ")}`,
        f: (x) => mirrorPad(x as Tensor, paddings, mode),
        inputs: [shape],
      }),
    ),
  ),
  {
    kernel: "MirrorPad",
    title: "§1c mirrorPad symmetric, as wide as the axis",
    f: (x) => mirrorPad(x as Tensor, [[3, 3]], "symmetric"),
    inputs: [[3]],
  },
]);
