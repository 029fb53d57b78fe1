import {
  abs,
  add,
  cast,
  equal,
  floor,
  type GradConfig,
  greaterEqual,
  lessEqual,
  logicalAnd,
  matMul,
  mul,
  range,
  relu,
  reshape,
  scalar,
  slice,
  sub,
  type Tensor,
  type Tensor1D,
  tensor,
  transpose,
  unsortedSegmentSum,
} from "@tensorflow/tfjs-core";
import { gradient, zerosFor } from "./gradient.ts";
import { linearWeights, nearestWeights } from "./resize-weights.ts";

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

interface CropAttributes {
  readonly cropSize: [number, number];
  readonly method: "bilinear" | "nearest";
}

/**
 * Resizing is linear, one matrix for rows and one for columns, so its gradient is their transposes.
 *
 * tfjs's kernels ignore `halfPixelCenters`, and its cpu ones are wrong or throw for images that are
 * not square.
 */
export const resizingGradients: readonly GradConfig[] = [
  ...(
    [
      ["ResizeBilinear", linearWeights],
      ["ResizeNearestNeighbor", nearestWeights],
    ] as const
  ).map(([kernelName, weights]) =>
    gradient(
      kernelName,
      { inputs: ["images"] },
      (dy, { images }, attributes: ResizeAttributes) => ({
        images: () => {
          const { alignCorners, halfPixelCenters } = attributes;
          const matrix = (axis: number): Tensor => {
            const [from, to] = [images.shape[axis] as number, dy.shape[axis] as number];
            return tensor(weights(from, to, alignCorners, halfPixelCenters), [1, to, from]);
          };
          return unsampled(dy, matrix(1), matrix(2));
        },
      }),
    ),
  ),
  // The boxes have none: where to look is not learned through this op.
  gradient(
    "CropAndResize",
    { inputs: ["image", "boxes", "boxInd"] },
    (dy, { image, boxes, boxInd }, { cropSize, method }: CropAttributes) => ({
      image: () => {
        const [n, h, w, c] = image.shape as [number, number, number, number];
        const rows = boxWeights(boxes, 0, h, cropSize[0], method);
        const columns = boxWeights(boxes, 1, w, cropSize[1], method);
        const perBox = reshape(unsampled(dy, rows, columns), [-1, h * w * c]);
        return reshape(unsortedSegmentSum(perBox, boxInd as Tensor1D, n), [n, h, w, c]);
      },
      boxInd: () => zerosFor(boxInd),
    }),
  ),
];

/** rowsᵀ · dy · columns for `[n, oh, ow, c]`, `[1 or n, oh, h]` and `[1 or n, ow, w]`: `[n, h, w, c]`. */
function unsampled(dy: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [n, oh, ow, c] = dy.shape as [number, number, number, number];
  const [h, w] = [rows.shape[2] as number, columns.shape[2] as number];
  const tall = matMul(rows, reshape(dy, [n, oh, ow * c]), true); // [n, h, ow * c]
  const turned = transpose(reshape(tall, [n, h, ow, c]), [0, 2, 1, 3]); // [n, ow, h, c]
  const wide = matMul(columns, reshape(turned, [n, ow, h * c]), true); // [n, w, h * c]
  return transpose(reshape(wide, [n, w, h, c]), [0, 2, 1, 3]);
}

/** How much each of `size` image rows (axis 0) or columns (1) counts in each of a box's samples: `[boxes, samples, size]`. */
function boxWeights(
  boxes: Tensor,
  axis: 0 | 1,
  size: number,
  samples: number,
  method: CropAttributes["method"],
): Tensor {
  const start = slice(boxes, [0, axis], [-1, 1]); // [boxes, 1]
  const end = slice(boxes, [0, axis + 2], [-1, 1]);
  const last = scalar(size - 1);
  // One sample stands in the middle of the box, several from edge to edge.
  const steps = samples > 1 ? Array.from({ length: samples }, (_, i) => i / (samples - 1)) : [0.5];
  const along = mul(sub(end, start), tensor(steps, [1, samples]));
  const positions = reshape(mul(add(start, along), last), [-1, samples, 1]);
  const inside = logicalAnd(greaterEqual(positions, scalar(0)), lessEqual(positions, last));
  const places = range(0, size, 1, "float32");
  const weights =
    method === "bilinear"
      ? relu(sub(scalar(1), abs(sub(positions, places))))
      : cast(equal(floor(add(positions, scalar(0.5))), places), "float32");
  return mul(weights, cast(inside, "float32"));
}
