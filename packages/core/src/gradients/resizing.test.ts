import {
  image,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor2d,
} from "@tensorflow/tfjs-core";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { resizingGradients } from "./resizing.ts";

const SIZES: readonly [[number, number], [number, number]][] = [
  [
    [3, 2],
    [6, 4],
  ],
  [
    [2, 3],
    [5, 4],
  ],
  [
    [4, 5],
    [2, 3],
  ],
  [
    [3, 3],
    [3, 3],
  ],
  [
    [3, 4],
    [1, 1],
  ],
  [
    [1, 1],
    [2, 3],
  ],
];

const WAYS: readonly [string, boolean, boolean][] = [
  ["plain", false, false],
  ["alignCorners", true, false],
  ["halfPixelCenters", false, true],
];

const sizes = SIZES.flatMap(([from, to]) =>
  WAYS.flatMap(([title, alignCorners, halfPixelCenters]): GradientCase[] => [
    {
      kernel: "ResizeBilinear",
      title: `§1c resizeBilinear ${title} ${from} to ${to}`,
      f: (x) => image.resizeBilinear(x as Tensor4D, to, alignCorners, halfPixelCenters),
      inputs: [[1, ...from, 2]],
    },
    {
      kernel: "ResizeNearestNeighbor",
      title: `§1c resizeNearestNeighbor ${title} ${from} to ${to}`,
      f: (x) => image.resizeNearestNeighbor(x as Tensor4D, to, alignCorners, halfPixelCenters),
      inputs: [[1, ...from, 2]],
    },
  ]),
);

const crop =
  (method: "bilinear" | "nearest", size: [number, number]) =>
  (x?: Tensor): Tensor => {
    // The second reaches beyond the image, the third is mirrored, the last one is a point.
    const boxes = [
      [0.1, 0.2, 0.8, 0.9],
      [-0.2, 0.1, 1.3, 0.6],
      [0.9, 0.9, 0.2, 0.1],
      [0.5, 0.5, 0.5, 0.5],
    ];
    return image.cropAndResize(
      x as Tensor4D,
      tensor2d(boxes) as Tensor2D,
      tensor1d([0, 1, 1, 0], "int32"),
      size,
      method,
    );
  };

describeGradients("resizing", resizingGradients, [
  ...sizes,
  {
    kernel: "ResizeBilinear",
    title: "§1c resizeBilinear of several images",
    f: (x) => image.resizeBilinear(x as Tensor4D, [4, 3]),
    inputs: [[3, 2, 3, 2]],
  },
  {
    kernel: "ResizeNearestNeighbor",
    title: "§1c resizeNearestNeighbor twice as large, not square",
    f: (x) => image.resizeNearestNeighbor(x as Tensor4D, [14, 16]),
    inputs: [[2, 7, 8, 1]],
  },
  {
    kernel: "CropAndResize",
    title: "§1b CropAndResize",
    f: crop("bilinear", [3, 2]),
    inputs: [[2, 4, 5, 2]],
  },
  {
    kernel: "CropAndResize",
    title: "§1b CropAndResize to one pixel",
    f: crop("bilinear", [1, 1]),
    inputs: [[2, 3, 4, 1]],
  },
  {
    kernel: "CropAndResize",
    title: "§1b CropAndResize nearest",
    f: crop("nearest", [3, 4]),
    inputs: [[2, 4, 3, 2]],
  },
]);
