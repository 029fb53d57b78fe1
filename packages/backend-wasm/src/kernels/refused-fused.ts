// For tests: calls of Kindling's own kernels that are refused; see refused-calls.ts.
import { FUSED } from "@kindling/core";
import {
  bools,
  type Change,
  floats,
  ints,
  type Refusals,
  refusals,
  wrongTypes,
} from "./refused-calls.ts";

const matrix = floats(3, 5);

const activations: readonly Refusals[] = [
  ...(["Relu", FUSED.silu, FUSED.gelu] as const).map((name) =>
    refusals(name, { x: matrix }, { approximate: false }, wrongTypes({ x: matrix })),
  ),
  ...(
    [
      [FUSED.reluGrad, "y"],
      [FUSED.relu6Grad, "y"],
      [FUSED.leakyReluGrad, "x"],
      [FUSED.sigmoidGrad, "y"],
      [FUSED.tanhGrad, "y"],
      ["EluGrad", "y"],
      [FUSED.siluGrad, "x"],
      [FUSED.geluGrad, "x"],
    ] as const
  ).map(([name, at]) =>
    refusals(name, { dy: matrix, [at]: matrix }, { alpha: 0.1, approximate: false }, [
      ["a gradient of another size", { dy: floats(3, 4) }],
      ["a gradient of another shape", { dy: floats(5, 3) }],
      ["values of another size", { [at]: floats(2, 5) }],
      ...wrongTypes({ dy: matrix, [at]: matrix }),
    ]),
  ),
];

const labels = ints([0, 4, 1]);
const options = { ignoreIndex: -100, smoothing: 0.1, reduction: "mean" };
const classes: readonly Change[] = [
  ["logits of one axis", { logits: floats(3) }],
  ["logits of three axes", { logits: floats(3, 5, 1) }],
  ["too few labels", { labels: ints([0, 1]) }],
  ["labels of two axes", { labels: ints([0, 1, 2], [3, 1]) }],
  ["a label past the last class", { labels: ints([0, 1, 5]) }],
  ["a label below 0", { labels: ints([-1, 1, 0]) }],
  [
    "the usual index to ignore where it is another",
    { labels: ints([-100, 4, 1]) },
    { ignoreIndex: 4 },
  ],
  ["a reduction that there is none of", {}, { reduction: "median" }],
  ["smoothing below 0", {}, { smoothing: -0.1 }],
  ["smoothing above 1", {}, { smoothing: 1.1 }],
  ["smoothing that is NaN", {}, { smoothing: Number.NaN }],
  ["an index to ignore that is no integer", {}, { ignoreIndex: 0.5 }],
];
const weight = floats(5);
const weights: readonly Change[] = [
  ["too few class weights", { weight: floats(4) }],
  ["class weights of two axes", { weight: floats(1, 5) }],
];
const saved = { dy: floats(), logits: matrix, labels, statistics: floats(3, 2), weight };

const losses: readonly Refusals[] = [
  refusals(FUSED.crossEntropy, { logits: matrix, labels }, options, [
    ...classes,
    ...wrongTypes({ logits: matrix, labels }),
  ]),
  refusals(FUSED.weightedCrossEntropy, { logits: matrix, labels, weight }, options, [
    ...[...classes, ...weights],
    ...wrongTypes({ logits: matrix, labels, weight }),
  ]),
  refusals(FUSED.crossEntropyGrad, saved, options, [
    ...[...classes, ...weights],
    ["a gradient a row of a mean", { dy: floats(3) }],
    ["one gradient of losses by row", {}, { reduction: "none" }],
    ["statistics of another shape", { statistics: floats(2, 3) }],
    ["logits of other rows", { logits: floats(4, 5) }],
    ...wrongTypes(saved),
  ]),
];

const [x, c] = [floats(4, 3), floats(3)];
const affine = { x, gamma: c, beta: c };
const matrices: readonly Change[] = [
  ["an input of one axis", { x: floats(12) }],
  ["an input of three axes", { x: floats(4, 3, 1) }],
  ["a gamma of another size", { gamma: floats(4) }],
  ["a gamma of two axes", { gamma: floats(1, 3) }],
];
const betas: readonly Change[] = [["a beta of another size", { beta: floats(2) }]];
const eps: readonly Change[] = [
  ["an eps that is NaN", {}, { eps: Number.NaN }],
  ["an eps below 0", {}, { eps: -1 }],
];
const upstream: readonly Change[] = [["a gradient of another shape", { dy: floats(3, 4) }]];
const batchSaved = { dy: x, x, mean: c, variance: c, gamma: c };
const layerSaved = { dy: x, x, statistics: floats(4, 2), gamma: c };

const given = { x, mean: c, variance: c, offset: c, scale: c };

const normalizations: readonly Refusals[] = [
  refusals("FusedBatchNorm", given, { varianceEpsilon: 1e-5 }, wrongTypes(given)),
  ...[FUSED.batchNorm, FUSED.layerNorm].map((name) =>
    refusals(name, affine, { eps: 1e-5 }, [
      ...[...matrices, ...betas, ...eps],
      ...wrongTypes(affine),
    ]),
  ),
  refusals(FUSED.batchNormGrad, batchSaved, { eps: 1e-5 }, [
    ...[...matrices, ...upstream, ...eps],
    ["a mean of another size", { mean: floats(4) }],
    ["a variance of another size", { variance: floats(2) }],
    ...wrongTypes(batchSaved),
  ]),
  refusals(FUSED.layerNormGrad, layerSaved, {}, [
    ...[...matrices, ...upstream],
    ["statistics of another shape", { statistics: floats(2, 4) }],
    ...wrongTypes(layerSaved),
  ]),
];

const state = (words: object, index: number): object => ({ random: { words, index } });
const drop = { p: 0.5, scale: 2, ...state(new Uint32Array(624).fill(7), 3) };
const bytes = { bytes: new Uint8Array(12), width: 4, indices: [0, 2], divisor: 255, shape: [2, 4] };

const others: readonly Refusals[] = [
  refusals(FUSED.sumOfSquares, { x: matrix }, {}, wrongTypes({ x: matrix })),
  refusals(FUSED.addTo, { total: matrix, x: matrix }, {}, [
    ["a sum of other sizes", { x: floats(3, 4) }],
    ["a sum of shapes that broadcast", { x: floats(1, 5) }],
    ["a sum of other shapes", { total: floats(5, 3) }],
    ...wrongTypes({ total: matrix, x: matrix }),
  ]),
  refusals(FUSED.dropout, { x: matrix }, drop, [
    ...[-0.1, 1.5, Number.NaN].map((p): Change => [`a probability of ${p}`, {}, { p }]),
    ["a scale that is NaN", {}, { scale: Number.NaN }],
    ["too few words", {}, state(new Uint32Array(623), 0)],
    ["words of another type", {}, state(new Uint8Array(624), 0)],
    ["words in a list", {}, state(Array(624).fill(1), 0)],
    ...[-1, 625, 1.5].map((at): Change => [`the word ${at}`, {}, state(new Uint32Array(624), at)]),
    ...wrongTypes({ x: matrix }),
  ]),
  refusals(FUSED.dropoutGrad, { dy: matrix, mask: bools(3, 5) }, { scale: 2 }, [
    ["a gradient of another shape", { dy: floats(5, 3) }],
    ["a mask of another size", { mask: bools(3, 4) }],
    ["a scale that is NaN", {}, { scale: Number.NaN }],
    ...wrongTypes({ dy: matrix, mask: bools(3, 5) }),
  ]),
  refusals(FUSED.gatherBytes, {}, bytes, [
    ["a shape of another size", {}, { shape: [2, 5] }],
    ["a shape below 0", {}, { shape: [-2, -4] }],
    ["a shape between integers", {}, { shape: [2.5, 3.2] }],
    ["rows of −1 bytes", {}, { width: -1, shape: [2, -1] }],
    ["rows of 2.5 bytes", {}, { width: 2.5, shape: [5] }],
    ["rows of NaN bytes", {}, { width: Number.NaN }],
    ...[-1, 3, 0.5, Number.NaN, 2 ** 32].map((at): Change => {
      return [`the row ${at}`, {}, { indices: [0, at] }];
    }),
    ["a divisor of 0", {}, { divisor: 0 }],
    ["a divisor that is NaN", {}, { divisor: Number.NaN }],
    ["bytes that are floats", {}, { bytes: new Float32Array(12) }],
  ]),
];

export const refusedFused: readonly Refusals[] = [
  ...[...activations, ...losses, ...normalizations, ...others],
];
