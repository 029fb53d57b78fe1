// Calls of fused kernels that a backend refuses before anything is allocated or run.
import { ArgumentError, FUSED, ShapeError } from "@kindling/core";
import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  setBackend,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { noise, onBackend, type Values } from "./fused-values.ts";

const f = (...shape: number[]): Values => noise(1, shape);
const ints = (...values: number[]): Values => [values, [values.length], "int32"];
const geometry = {
  ...{ strides: [1, 1], dilations: [1, 1], groups: 1 },
  padding: [
    [0, 0],
    [0, 0],
  ],
};
const loss = { ignoreIndex: -100, smoothing: 0, reduction: "mean" };
const sgd = { count: 2, lr: 0.1, momentum: 0, weightDecay: 0, gradientScales: [1, 1] };
const random = { words: new Uint32Array(624), index: 0 };
const bytes = { bytes: new Uint8Array(12), width: 4, indices: [0, 2], divisor: 255, shape: [2, 4] };
const pool = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };

type Refused = readonly [
  what: string,
  kernel: string,
  inputs: Readonly<Record<string, Values>> | readonly Values[],
  attributes: object,
];
const REFUSED: readonly Refused[] = [
  ["gradients of another shape", FUSED.reluGrad, { dy: f(2, 3), y: f(3, 2) }, {}],
  ["values of int32", FUSED.silu, { x: ints(1, 2) }, {}],
  ["channels that do not fit", FUSED.conv2d, { x: f(1, 4, 4, 3), filter: f(2, 2, 2, 5) }, geometry],
  ["a bias of another size", FUSED.conv2d, convolution({ bias: f(4) }), geometry],
  ["a stride of 0", FUSED.conv2d, convolution({}), { ...geometry, strides: [0, 1] }],
  ["groups that do not divide", FUSED.conv2d, convolution({}), { ...geometry, groups: 2 }],
  [
    "a gradient of other windows",
    FUSED.conv2dInputGrad,
    { dy: f(1, 4, 3, 5), filter: f(2, 2, 3, 5) },
    { ...geometry, inputShape: [1, 4, 4, 3] },
  ],
  [
    "a filter of another depth",
    FUSED.conv2dFilterGrad,
    { x: f(1, 4, 4, 3), dy: f(1, 3, 3, 5) },
    { ...geometry, filterShape: [2, 2, 2, 5] },
  ],
  ["a scale of another size", FUSED.layerNorm, norm({ gamma: f(4) }), { eps: 1e-5 }],
  ["images to normalize by rows", FUSED.layerNorm, norm({ x: f(2, 2, 3) }), { eps: 1e-5 }],
  ["an eps below 0", FUSED.layerNorm, norm({}), { eps: -1 }],
  [
    "statistics of other rows",
    FUSED.layerNormGrad,
    { dy: f(2, 3), x: f(2, 3), statistics: f(3, 2), gamma: f(3) },
    {},
  ],
  ["too few labels", FUSED.crossEntropy, { logits: f(2, 3), labels: ints(1) }, loss],
  ["labels of float32", FUSED.crossEntropy, { logits: f(2, 3), labels: f(2) }, loss],
  [
    "a reduction that there is none of",
    FUSED.crossEntropy,
    { logits: f(2, 3), labels: ints(0, 1) },
    { ...loss, reduction: "median" },
  ],
  [
    "too few words",
    FUSED.dropout,
    { x: f(3) },
    { p: 0.5, scale: 2, random: { words: [], index: 0 } },
  ],
  ["a probability above 1", FUSED.dropout, { x: f(3) }, { p: 1.5, scale: 2, random }],
  ["a mask of floats", FUSED.dropoutGrad, { dy: f(3), mask: f(3) }, { scale: 2 }],
  ["a row that there is none of", FUSED.gatherBytes, {}, { ...bytes, indices: [0, 3] }],
  ["a shape of another size", FUSED.gatherBytes, {}, { ...bytes, shape: [2, 5] }],
  ["a gradient of another size", "MaxPoolGrad", { dy: f(1, 3, 2, 1), input: f(1, 4, 4, 1) }, pool],
  ["a sum of other shapes", FUSED.addTo, { total: f(2, 3), x: f(3, 2) }, {}],
  ["too few tensors", "KindlingSgdStep", [f(2), f(3), f(2)], sgd],
  ["a gradient of another shape", "KindlingSgdStep", [f(2), f(3), f(2), f(4)], sgd],
  ["too few numbers", "KindlingSgdStep", [f(2), f(3), f(2), f(3)], { ...sgd, gradientScales: [1] }],
];

function norm(more: Readonly<Record<string, Values>>): Record<string, Values> {
  return { x: f(2, 3), gamma: f(3), beta: f(3), ...more };
}

function convolution(more: Readonly<Record<string, Values>>): Record<string, Values> {
  return { x: f(1, 4, 4, 3), filter: f(2, 2, 3, 5), ...more };
}

/**
 * One test a call.
 *
 * @param counts - what the backend holds; the same after a refusal.
 */
export function testRefusedCalls(backend: string, counts: () => readonly number[]): void {
  test.each(REFUSED)("%s, by %s", async (_, kernel, inputs, attributes) => {
    await setBackend(backend);
    const made = Object.entries(inputs).map(
      ([name, one]) => [name, onBackend(one as Values)] as const,
    );
    const given = Array.isArray(inputs) ? made.map(([, one]) => one) : Object.fromEntries(made);
    const before = counts();
    let error: unknown;
    try {
      const list = given as unknown as NamedTensorMap;
      engine().runKernel(kernel, list, attributes as NamedAttrMap);
    } catch (thrown) {
      error = thrown;
    }
    expect(ArgumentError.is(error) || ShapeError.is(error), String(error)).toBe(true);
    expect(counts()).toEqual(before);
    for (const [, one] of made as readonly (readonly [string, Tensor])[]) one.dispose();
  });
}
