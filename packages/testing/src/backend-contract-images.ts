import {
  batchToSpaceND,
  depthToSpace,
  engine,
  image,
  localResponseNormalization,
  reshape,
  spaceToBatchND,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { type KernelCase, kernelCase, normal, opCase, whole } from "./backend-contract-case.ts";
import { nearestGradient } from "./backend-contract-reference.ts";

/** Resizing, normalization and morphology of images, and their gradients. */
export const IMAGE_CASES: readonly KernelCase[] = [
  opCase("depthToSpace", [normal([1, 2, 3, 4])], (x) => depthToSpace(x as Tensor4D, 2)),
  opCase("spaceToBatchND", [normal([1, 4, 4, 2])], (x) =>
    spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  ),
  opCase("batchToSpaceND", [normal([4, 2, 2, 1])], (x) =>
    batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  ),
  ...[false, true].flatMap((alignCorners) =>
    [false, true]
      .filter((half) => !(half && alignCorners))
      .flatMap((half) =>
        [
          [6, 7],
          [2, 3],
          [4, 5],
        ].flatMap((size) => [
          opCase(
            `resizeBilinear to ${size}, corners ${alignCorners}, half pixels ${half}`,
            [normal([2, 4, 5, 3])],
            (x) =>
              image.resizeBilinear(x as Tensor4D, size as [number, number], alignCorners, half),
          ),
          opCase(
            `resizeNearestNeighbor to ${size}, corners ${alignCorners}, half pixels ${half}`,
            [normal([2, 4, 5, 3])],
            (x) =>
              image.resizeNearestNeighbor(
                x as Tensor4D,
                size as [number, number],
                alignCorners,
                half,
              ),
          ),
        ]),
      ),
  ),
  ...[false, true].map((alignCorners) =>
    // Flat, since tfjs's cpu backend exchanges height and width in the shape of this gradient.
    opCase(
      `ResizeBilinearGrad, corners ${alignCorners}`,
      [normal([2, 4, 5, 3]), normal([2, 6, 7, 3], 2)],
      (images, dy) =>
        reshape(
          engine().runKernel("ResizeBilinearGrad", { images, dy }, { alignCorners }) as Tensor,
          [-1],
        ),
    ),
  ),
  ...[false, true].flatMap((alignCorners) =>
    [
      [6, 7],
      [2, 3],
    ].map(([height = 0, width = 0]) => {
      const dy = normal([2, height, width, 3], 2);
      return kernelCase(
        "ResizeNearestNeighborGrad",
        `from [${height}, ${width}], corners ${alignCorners}`,
        { images: normal([2, 4, 5, 3]), dy },
        { alignCorners },
        { expected: [nearestGradient(dy, [2, 4, 5, 3], alignCorners)] },
      );
    }),
  ),
  opCase("localResponseNormalization", [normal([1, 2, 3, 6])], (x) =>
    localResponseNormalization(x as Tensor4D, 2),
  ),
  kernelCase(
    "LRNGrad",
    "[1, 2, 3, 6]",
    { x: normal([1, 2, 3, 6]), y: normal([1, 2, 3, 6], 2), dy: normal([1, 2, 3, 6], 3) },
    { depthRadius: 2, bias: 1, alpha: 1, beta: 0.5 },
  ),
  ...(["valid", "same"] as const).flatMap((padding) =>
    [normal([2, 5, 6, 3], 3), whole([1, 4, 4, 2], -9, -1)].flatMap((x) => {
      const attributes = { strides: [2, 1], pad: padding, dilations: [1, 1] };
      const filter = normal([2, 3, x.shape[3] as number], 4);
      const [n, h, w, c] = x.shape as [number, number, number, number];
      const out =
        padding === "same" ? [n, Math.ceil(h / 2), w, c] : [n, Math.ceil((h - 1) / 2), w - 2, c];
      const dy = normal(out, 5);
      return [
        kernelCase("Dilation2D", `[${x.shape}], ${padding}`, { x, filter }, attributes),
        kernelCase(
          "Dilation2DBackpropInput",
          `[${x.shape}], ${padding}`,
          { x, filter, dy },
          attributes,
        ),
        kernelCase(
          "Dilation2DBackpropFilter",
          `[${x.shape}], ${padding}`,
          { x, filter, dy },
          attributes,
        ),
      ];
    }),
  ),
];
