import type { DataType } from "@tensorflow/tfjs-core";

/** Values, shape and type, float32 unless said. */
export type Input = readonly [
  values: readonly number[],
  shape: readonly number[],
  dtype?: DataType,
];

/** A case that tfjs-node's own kernel gets wrong or refuses: kernel, inputs, attributes, values of its output. */
export interface Wrong {
  readonly kernel: string;
  readonly what: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly attributes?: object;
  readonly expected: readonly number[];
}

export const NOT: number = Number.NaN;

/** 1, 2, 3, … */
export function count(to: number): number[] {
  return Array.from({ length: to }, (_, i) => i + 1);
}

export const VALUE_FAULTS: readonly Wrong[] = [
  {
    kernel: "Sign",
    what: "is NaN of a NaN",
    inputs: { x: [[NOT, -2, 0, 3], [4]] },
    expected: [0, -1, 0, 1],
  },
  {
    kernel: "Cast",
    what: "makes −2³¹ of a NaN",
    inputs: { x: [[NOT, 1.5, -1.5], [3]] },
    attributes: { dtype: "int32" },
    expected: [0, 1, -1],
  },
  {
    kernel: "Round",
    what: "makes zeros of integers",
    inputs: { x: [[3, -4], [2], "int32"] },
    expected: [3, -4],
  },
  {
    kernel: "Prelu",
    what: "needs tfjs's chained methods",
    inputs: {
      x: [
        [-1, 2, -3, 4],
        [2, 2],
      ],
      alpha: [[0.5, 2], [2]],
    },
    expected: [-0.5, 2, -1.5, 4],
  },
  {
    kernel: "Exp",
    what: "needs tfjs's chained methods, of integers",
    inputs: { x: [[0, 1], [2], "int32"] },
    expected: [1, Math.E],
  },
  ...["ArgMax", "ArgMin"].map((kernel) => ({
    kernel,
    what: "needs tfjs's chained methods, of bools",
    inputs: { x: [[0, 1, 0], [3], "bool"] } as const,
    attributes: { axis: 0 },
    expected: [kernel === "ArgMax" ? 1 : 0],
  })),
  {
    kernel: "GatherV2",
    what: "counts no axis from the end",
    inputs: { x: [count(4), [2, 2]], indices: [[1], [1], "int32"] },
    attributes: { axis: -1, batchDims: 0 },
    expected: [2, 4],
  },
  {
    kernel: "UnsortedSegmentSum",
    what: "refuses an id beyond the last segment",
    inputs: { x: [count(3), [3]], segmentIds: [[0, 5, 0], [3], "int32"] },
    attributes: { numSegments: 2 },
    expected: [4, 0],
  },
];
