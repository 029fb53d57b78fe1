import { BIG, type Input, NOT, type Wrong } from "./stock-faults.ts";

const ONE_BIG: Input = [[BIG], [1], "int32"];
const TWO_BIG: Input = [[1, BIG], [2], "int32"];
const FIVE_AXES: Input = [
  [1, 2, 3],
  [1, 1, 1, 1, 3],
];
const TIED = Array.from({ length: 40 }, (_, i) => (i === 1 || i === 30 ? 1 : 0));
const WINDOWS = { dimRoundingMode: "ceil", filterSize: 1, strides: 2, pad: 1 };
const VOLUMES = { filterSize: [1, 1, 2], strides: [1, 1, 1], pad: "valid", dataFormat: "NDHWC" };
const NO_MASKS = {
  ...{ beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 },
};

function fives(last: readonly [number, number]): [number, number][] {
  return [[0, 0], [0, 0], [0, 0], [0, 0], [...last]];
}

/** What tfjs gets wrong along axes, in windows, and when it moves values about. */
export const AXIS_FAULTS: readonly Wrong[] = [
  ...Object.entries({
    ...{ Sum: 0, Mean: NOT, Prod: 1, Max: Number.NEGATIVE_INFINITY },
    ...{ Min: Number.POSITIVE_INFINITY, All: 1, Any: 0 },
  }).map(([kernel, value]) => ({
    kernel,
    what: "cannot reduce nothing",
    inputs: {
      x: [[], [2, 0], kernel === "All" || kernel === "Any" ? "bool" : "float32"] as const,
    },
    attributes: { axis: [1], reductionIndices: [1], keepDims: false },
    expected: [[value, value]],
  })),
  ...["Sum", "Prod", "Max", "Min"].map((kernel) => ({
    kernel,
    what: "takes integers for floats",
    inputs: { x: ONE_BIG },
    attributes: { axis: [0], reductionIndices: [0], keepDims: false },
    expected: [[BIG]],
  })),
  ...["ArgMax", "ArgMin"].map((kernel) => ({
    kernel,
    what: "gives a tie to a later one",
    inputs: { x: [kernel === "ArgMax" ? TIED : TIED.map((x) => -x), [40]] as const },
    attributes: { axis: 0 },
    expected: [[1]],
  })),
  ...Object.entries({ Cumsum: [6, 5, 3], Cumprod: [6, 6, 3] }).flatMap(([kernel, backwards]) => [
    {
      kernel,
      what: "runs backwards over the first length that it met",
      first: { x: [[1, 2], [2]] as const },
      inputs: { x: [[1, 2, 3], [3]] as const },
      attributes: { axis: 0, exclusive: false, reverse: true },
      expected: [backwards],
    },
    {
      kernel,
      what: "takes integers for floats",
      inputs: { x: TWO_BIG },
      attributes: { axis: 0, exclusive: false, reverse: false },
      expected: [[1, kernel === "Cumsum" ? BIG + 1 : BIG]],
    },
  ]),
  {
    kernel: "Softmax",
    what: "loses a NaN",
    inputs: {
      logits: [
        [NOT, 1],
        [1, 2],
      ],
    },
    attributes: { dim: -1 },
    expected: [[NOT, NOT]],
    driver: true,
  },
  {
    kernel: "DepthwiseConv2dNative",
    what: "refuses when no layout is named",
    inputs: { x: [[2], [1, 1, 1, 1]], filter: [[3], [1, 1, 1, 1]] },
    attributes: { strides: [1, 1], pad: "valid", dilations: [1, 1] },
    expected: [[6]],
  },
  {
    kernel: "MaxPool",
    what: "passes a NaN over",
    inputs: {
      x: [
        [1, NOT, 2],
        [1, 1, 3, 1],
      ],
    },
    attributes: { filterSize: [1, 2], strides: [1, 1], pad: "valid" },
    expected: [[NOT, NOT]],
  },
  {
    kernel: "MaxPool3D",
    what: "passes a NaN over",
    inputs: {
      x: [
        [NOT, 1],
        [1, 1, 1, 2, 1],
      ],
    },
    attributes: VOLUMES,
    expected: [[NOT]],
  },
  {
    kernel: "AvgPool",
    what: "makes 0 of a window that is all padding",
    inputs: { x: [[1], [1, 1, 1, 1]] },
    attributes: { ...WINDOWS, filterSize: [1, 1] },
    expected: [[NOT, NOT, NOT, NOT]],
  },
  {
    kernel: "AvgPool3D",
    what: "makes 0 of a window that is all padding",
    inputs: { x: [[1], [1, 1, 1, 1, 1]] },
    attributes: { ...WINDOWS, dataFormat: "NDHWC" },
    expected: [new Array<number>(8).fill(NOT)],
  },
  {
    kernel: "AvgPoolGrad",
    what: "counts padding",
    inputs: { dy: [[1], [1, 1, 1, 1]], input: [[5], [1, 1, 1, 1]] },
    attributes: { filterSize: [2, 2], strides: [1, 1], pad: "same" },
    expected: [[1]],
  },
  {
    kernel: "AvgPool3DGrad",
    what: "counts padding",
    inputs: { dy: [[1], [1, 1, 1, 1, 1]], input: [[5], [1, 1, 1, 1, 1]] },
    attributes: { filterSize: [2, 2, 2], strides: [1, 1, 1], pad: "same" },
    expected: [[1]],
  },
  {
    kernel: "MaxPool3DGrad",
    what: "gives a tie to a later one",
    inputs: {
      dy: [[5], [1, 1, 1, 1, 1]],
      input: [
        [1, 1],
        [1, 1, 1, 2, 1],
      ],
    },
    attributes: VOLUMES,
    expected: [[5, 0]],
  },
  {
    kernel: "MaxPoolWithArgmax",
    what: "gives a tie to a later one",
    inputs: {
      x: [
        [1, 1],
        [1, 1, 2, 1],
      ],
    },
    attributes: { filterSize: [1, 2], strides: [1, 1], pad: "valid", includeBatchInIndex: false },
    expected: [[1], [0]],
  },
  {
    kernel: "UnsortedSegmentSum",
    what: "wraps ids that are no segment",
    inputs: { x: [[1, 2, 3], [3]], segmentIds: [[0, 2, -1], [3], "int32"] },
    attributes: { numSegments: 2 },
    expected: [[1, 0]],
  },
  {
    kernel: "UnsortedSegmentSum",
    what: "makes floats' bits of integers",
    inputs: { x: [[5], [1], "int32"], segmentIds: [[0], [1], "int32"] },
    attributes: { numSegments: 1 },
    expected: [[5]],
  },
  {
    kernel: "GatherV2",
    what: "takes integers for floats",
    inputs: { x: TWO_BIG, indices: [[1, 0], [2], "int32"] },
    attributes: { axis: 0, batchDims: 0 },
    expected: [[BIG, 1]],
  },
  {
    kernel: "Fill",
    what: "takes integers for floats",
    inputs: {},
    attributes: { shape: [2], value: BIG, dtype: "int32" },
    expected: [[BIG, BIG]],
  },
  {
    kernel: "PadV2",
    what: "cannot pad five axes",
    inputs: { x: FIVE_AXES },
    attributes: { paddings: fives([1, 1]), constantValue: 9 },
    expected: [[9, 1, 2, 3, 9]],
  },
  {
    kernel: "MirrorPad",
    what: "cannot pad five axes",
    inputs: { x: FIVE_AXES },
    attributes: { paddings: fives([2, 1]), mode: "reflect" },
    expected: [[3, 2, 1, 2, 3, 2]],
  },
  {
    kernel: "StridedSlice",
    what: "cannot cut five axes",
    inputs: { x: FIVE_AXES },
    attributes: {
      ...{ begin: [0, 0, 0, 0, 2], end: [1, 1, 1, 1, -4], strides: [1, 1, 1, 1, -2] },
      ...NO_MASKS,
    },
    expected: [[3, 1]],
  },
  {
    kernel: "Reverse",
    what: "cannot turn five axes",
    inputs: {
      x: [
        [1, 2, 3, 4],
        [2, 1, 1, 1, 2],
      ],
    },
    attributes: { dims: [0] },
    expected: [[3, 4, 1, 2]],
  },
  ...(
    [
      ["PadV2", { paddings: [[1, 0]], constantValue: 0 }, [0, 1, BIG]],
      ["MirrorPad", { paddings: [[1, 0]], mode: "symmetric" }, [1, 1, BIG]],
      ["StridedSlice", { begin: [1], end: [-3], strides: [-1], ...NO_MASKS }, [BIG, 1]],
      ["Reverse", { dims: [0] }, [BIG, 1]],
      ["Tile", { reps: [2] }, [1, BIG, 1, BIG]],
      ["Slice", { begin: [1], size: [1] }, [BIG]],
    ] as const
  ).map(([kernel, attributes, values]) => ({
    kernel,
    what: "takes integers for floats",
    inputs: { x: TWO_BIG },
    attributes,
    expected: [values],
  })),
  {
    kernel: "Transpose",
    what: "takes integers for floats",
    inputs: { x: [[1, BIG, 3, 4], [2, 2], "int32"] },
    attributes: { perm: [1, 0] },
    expected: [[1, 3, BIG, 4]],
  },
  {
    kernel: "SplitV",
    what: "takes integers for floats",
    inputs: { x: TWO_BIG },
    attributes: { numOrSizeSplits: 2, axis: 0 },
    expected: [[1], [BIG]],
  },
  {
    kernel: "Unpack",
    what: "takes integers for floats",
    inputs: { value: TWO_BIG },
    attributes: { axis: 0 },
    expected: [[1], [BIG]],
  },
  ...["Concat", "Pack"].map((kernel) => ({
    kernel,
    what: "takes integers for floats",
    inputs: { 0: TWO_BIG, 1: TWO_BIG },
    attributes: { axis: 0 },
    expected: [[1, BIG, 1, BIG]],
  })),
];
