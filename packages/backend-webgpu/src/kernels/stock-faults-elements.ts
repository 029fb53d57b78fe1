import { BIG, type Input, NOT, type Wrong } from "./stock-faults.ts";

const LEFT = [1, 2, 3, 4, 5, 6, 7, 8];
const RIGHT = [2, 1, 4, 3];
const MANY_AXES: Input = [LEFT, [1, 1, 1, 2, 4]];

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Mod: (a, b) => a % b,
  FloorDiv: (a, b) => Math.floor(a / b),
  SquaredDifference: (a, b) => (a - b) ** 2,
  Maximum: (a, b) => Math.max(a, b),
  Minimum: (a, b) => Math.min(a, b),
  Equal: (a, b) => Number(a === b),
  NotEqual: (a, b) => Number(a !== b),
  Greater: (a, b) => Number(a > b),
  GreaterEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessEqual: (a, b) => Number(a <= b),
};
const LOGICAL: Readonly<Record<string, (a: number, b: number) => number>> = {
  LogicalAnd: (a, b) => Number(a === 1 && b === 1),
  LogicalOr: (a, b) => Number(a === 1 || b === 1),
};
const INTEGERS: Readonly<Record<string, readonly [a: number, b: number, value: number]>> = {
  Add: [BIG, 0, BIG],
  Sub: [BIG, 0, BIG],
  Multiply: [BIG, 1, BIG],
  Mod: [BIG, BIG - 1, 1],
  Pow: [4099, 2, 16_801_801],
  FloorDiv: [BIG, 1, BIG],
  Maximum: [BIG, 0, BIG],
  Minimum: [BIG, BIG + 1, BIG],
  SquaredDifference: [4099, 0, 16_801_801],
  Equal: [BIG, BIG - 1, 0],
  NotEqual: [BIG, BIG - 1, 1],
  Greater: [BIG, BIG - 1, 1],
  GreaterEqual: [BIG - 1, BIG, 0],
  Less: [BIG - 1, BIG, 1],
  LessEqual: [BIG, BIG - 1, 0],
};
/** Of NaN, and where WGSL promises few digits. */
const UNARY: Readonly<Record<string, readonly [x: number, value: number][]>> = {
  Exp: [[NOT, NOT]],
  Expm1: [[NOT, NOT]],
  Log: [
    [NOT, NOT],
    [0, Number.NEGATIVE_INFINITY],
  ],
  Log1p: [
    [-1, Number.NEGATIVE_INFINITY],
    [-2, NOT],
  ],
  Relu6: [[NOT, NOT]],
  Elu: [[NOT, NOT]],
  Selu: [[NOT, NOT]],
  Sigmoid: [[NOT, NOT]],
  Softplus: [[NOT, NOT]],
  Sin: [[1.4, Math.sin(1.4)]],
  Cos: [[0.2, Math.cos(0.2)]],
  Tan: [[1.338, Math.tan(Math.fround(1.338))]],
  Acos: [[0.5, Math.acos(0.5)]],
};

/** What tfjs's functions of one, two and three values get wrong. */
export const ELEMENT_FAULTS: readonly Wrong[] = [
  ...Object.entries(BINARY).map(([kernel, f]) => ({
    kernel,
    what: "cannot broadcast over five axes",
    inputs: { a: MANY_AXES, b: [RIGHT, [4]] as const },
    expected: [LEFT.map((a, i) => f(a, RIGHT[i % 4] as number))],
  })),
  ...Object.entries(LOGICAL).map(([kernel, f]) => ({
    kernel,
    what: "cannot broadcast over five axes",
    inputs: {
      a: [[1, 1, 0, 0], [1, 1, 1, 2, 2], "bool"] as const,
      b: [[1, 0], [2], "bool"] as const,
    },
    expected: [[f(1, 1), f(1, 0), f(0, 1), f(0, 0)]],
  })),
  {
    kernel: "Prelu",
    what: "cannot broadcast over five axes",
    inputs: {
      x: [
        [-1, -2, 3, -4],
        [1, 1, 1, 2, 2],
      ],
      alpha: [[2, 3], [2]],
    },
    expected: [[-2, -6, 3, -12]],
  },
  ...Object.entries(INTEGERS).map(([kernel, [a, b, value]]) => ({
    kernel,
    what: "takes integers for floats",
    inputs: { a: [[a], [1], "int32"] as const, b: [[b], [1], "int32"] as const },
    expected: [[value]],
  })),
  {
    kernel: "Atan2",
    what: "takes the angle of −0 for π",
    inputs: { a: [[-0], [1]], b: [[1], [1]] },
    expected: [[0]],
    driver: true,
  },
  ...Object.entries({ Abs: [-BIG, BIG], Neg: [BIG, -BIG], Square: [4099, 16_801_801] }).map(
    ([kernel, [x, value]]) => ({
      kernel,
      what: "takes integers for floats",
      inputs: { x: [[x as number], [1], "int32"] as const },
      expected: [[value as number]],
    }),
  ),
  ...Object.entries(UNARY).flatMap(([kernel, pairs]) =>
    pairs.map(([x, value]) => ({
      kernel,
      what: `has another value at ${x}`,
      inputs: { x: [[x], [1]] as const },
      expected: [[value]],
      driver: true as const,
    })),
  ),
  {
    kernel: "Cast",
    what: "makes −2³¹ of NaN",
    inputs: { x: [[NOT, 2.5], [2]] },
    attributes: { dtype: "int32" },
    expected: [[0, 2]],
    driver: true,
  },
  {
    kernel: "Select",
    what: "refuses five axes",
    inputs: {
      condition: [[1, 0], [1, 1, 1, 1, 2], "bool"],
      t: [
        [1, 2],
        [1, 1, 1, 1, 2],
      ],
      e: [
        [3, 4],
        [1, 1, 1, 1, 2],
      ],
    },
    expected: [[1, 4]],
  },
  {
    kernel: "Select",
    what: "takes integers for floats",
    inputs: {
      condition: [[1], [1], "bool"],
      t: [[BIG], [1], "int32"],
      e: [[0], [1], "int32"],
    },
    expected: [[BIG]],
  },
  {
    kernel: "_FusedMatMul",
    what: "makes a number of NaN",
    inputs: { a: [[NOT], [1, 1, 1]], b: [[1], [1, 1, 1]] },
    attributes: { transposeA: false, transposeB: false, activation: "sigmoid" },
    expected: [[NOT]],
    driver: true,
  },
  ...["FusedConv2D", "FusedDepthwiseConv2D"].map((kernel) => ({
    kernel,
    what: "makes a number of NaN",
    inputs: { x: [[NOT], [1, 1, 1, 1]] as const, filter: [[1], [1, 1, 1, 1]] as const },
    attributes: {
      ...{ strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations: [1, 1] },
      activation: "relu6",
    },
    expected: [[NOT]],
    driver: true as const,
  })),
];
