import { backend_util, maxPoolWithArgmax, type Tensor4D } from "@tensorflow/tfjs-core";
import {
  given,
  type Input,
  type KernelCase,
  kernelCase,
  normal,
  opCase,
  whole,
} from "./backend-contract-case.ts";
import { poolGradient } from "./backend-contract-reference.ts";

type Four = [number, number, number, number];
type Five = [number, number, number, number, number];

interface Pool<Shape, Size> {
  readonly input: Shape;
  readonly filterSize: Size;
  readonly strides: Size;
  readonly pad: "same" | "valid" | number;
  readonly dimRoundingMode?: "floor" | "ceil";
}

const IMAGES: readonly Pool<Four, [number, number]>[] = [
  { input: [2, 6, 4, 3], filterSize: [2, 2], strides: [2, 2], pad: "valid" },
  { input: [1, 7, 5, 1], filterSize: [2, 2], strides: [2, 2], pad: "valid" },
  { input: [2, 7, 5, 5], filterSize: [3, 3], strides: [2, 2], pad: "same" },
  { input: [2, 5, 6, 2], filterSize: [3, 2], strides: [1, 1], pad: "same" },
  { input: [1, 6, 6, 3], filterSize: [3, 3], strides: [2, 2], pad: 1, dimRoundingMode: "floor" },
  { input: [2, 5, 5, 2], filterSize: [2, 2], strides: [2, 2], pad: 0, dimRoundingMode: "ceil" },
  { input: [1, 7, 8, 1], filterSize: [3, 3], strides: [3, 3], pad: 1, dimRoundingMode: "ceil" },
  { input: [1, 4, 4, 2], filterSize: [1, 1], strides: [1, 1], pad: "valid" },
  { input: [1, 5, 4, 2], filterSize: [1, 1], strides: [2, 2], pad: "valid" },
  { input: [2, 3, 3, 8], filterSize: [3, 3], strides: [1, 1], pad: "valid" },
  { input: [1, 9, 9, 2], filterSize: [2, 2], strides: [4, 4], pad: "valid" },
];

const VOLUMES: readonly Pool<Five, [number, number, number]>[] = [
  { input: [1, 4, 4, 4, 2], filterSize: [2, 2, 2], strides: [2, 2, 2], pad: "valid" },
  { input: [2, 3, 5, 4, 1], filterSize: [3, 2, 3], strides: [2, 1, 2], pad: "same" },
  {
    input: [1, 5, 3, 3, 3],
    filterSize: [2, 2, 2],
    strides: [2, 2, 2],
    pad: 0,
    dimRoundingMode: "ceil",
  },
];

function image(pool: Pool<Four, [number, number]>): KernelCase[] {
  const { input, filterSize, strides, pad, dimRoundingMode } = pool;
  const info = backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
  return cases(pool, info, "", {});
}

function volume(pool: Pool<Five, [number, number, number]>): KernelCase[] {
  const { input, filterSize, strides, pad, dimRoundingMode } = pool;
  const info = backend_util.computePool3DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
  return cases(pool, info, "3D", { dataFormat: "NDHWC" });
}

function cases(
  { input, filterSize, strides, pad, dimRoundingMode }: Pool<readonly number[], readonly number[]>,
  info: backend_util.Conv2DInfo | backend_util.Conv3DInfo,
  suffix: string,
  rest: object,
): KernelCase[] {
  const attributes = { filterSize, strides, pad, dimRoundingMode, ...rest };
  const rounding = dimRoundingMode ? `, ${dimRoundingMode}` : "";
  const title = `[${input}], window ${filterSize}, stride ${strides}, pad ${pad}${rounding}`;
  const dy = normal(info.outShape, 9);
  const kinds: readonly (readonly [string, Input])[] = [
    ["mixed", normal(input, 3)],
    ["negative", below(normal(input, 4))],
    ["tied", whole(input, -2, 2)],
  ];
  return [
    ...kinds.flatMap(([kind, x]) => [
      // tfjs's cpu backend writes int32 values where it is not told otherwise: floats only here.
      kernelCase(`MaxPool${suffix}`, `${title}, ${kind}`, { x }, attributes),
      kernelCase(
        `MaxPool${suffix}Grad`,
        `${title}, ${kind}`,
        { dy, input: x, ...(suffix === "" ? { output: normal(info.outShape) } : {}) },
        attributes,
        { expected: [poolGradient("max", x, dy, info)] },
      ),
    ]),
    kernelCase(`AvgPool${suffix}`, title, { x: normal(input, 3) }, attributes),
    kernelCase(`AvgPool${suffix}Grad`, title, { dy, input: normal(input, 3) }, attributes, {
      expected: [poolGradient("avg", normal(input, 3), dy, info)],
    }),
  ];
}

function below({ shape, values }: Input): Input {
  return given(
    Array.from(values, (value) => -Math.abs(value) - 0.5),
    shape,
  );
}

/** Max and average pools of images and volumes, and their gradients. */
export const POOL_CASES: readonly KernelCase[] = [
  ...IMAGES.flatMap(image),
  ...VOLUMES.flatMap(volume),
  ...[false, true].flatMap((includeBatch) =>
    [normal([2, 5, 4, 3], 5), below(normal([2, 4, 4, 2], 6)), whole([2, 4, 5, 1], -2, 1)].map((x) =>
      opCase(
        `maxPoolWithArgmax of [${x.shape}], batch in the index: ${includeBatch}`,
        [x],
        (images) => {
          const { result, indexes } = maxPoolWithArgmax(
            images as Tensor4D,
            2,
            2,
            "same",
            includeBatch,
          );
          return [result as Tensor4D, indexes as Tensor4D];
        },
      ),
    ),
  ),
];
