import { FUSED, KindlingError } from "@kindling/core";
import { activateBackend } from "@kindling/testing";
import { engine, type NamedAttrMap, type NamedTensorMap, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { BUILDS } from "../simd/arena.ts";
import { sideModule } from "../simd/side-module.ts";
import { heapOf } from "./guarded-heap.ts";
import {
  contained,
  describeOnBuilds,
  onBackend,
  readBack,
  type Values,
  wasmBackend,
} from "./on-builds.ts";
import { floats, type Inputs, ints } from "./refused-calls.ts";

const plain = { strides: [1, 1], dilations: [1, 1], groups: 1 };
const rows = (before: number) => ({
  padding: [
    [before, 0],
    [0, 0],
  ],
});
const pool = { filterSize: [1, 1], strides: [1, 1] };
const BEYOND = 2 ** 30 + 3;
const pad = [
  [0, 0],
  [BEYOND, 0],
  [0, 0],
  [0, 0],
];
const one = floats(1, 1, 1, 1);
const oneHot = { depth: BEYOND, onValue: 1, offValue: 0, dtype: "float32" };

describeOnBuilds(
  "what does not fit in 4 GB is refused",
  () => {
    // Sizes in bytes that wrap at 2³² would get a few bytes of memory, and the kernel all of the rest.
    test.each<[string, string, Record<string, Values>, object]>([
      ["a product", "BatchMatMul", { a: floats(32769, 1), b: floats(1, 32768) }, {}],
      ["a padded image", FUSED.conv2d, { x: one, filter: one }, { ...plain, ...rows(BEYOND) }],
      [
        "a padded image to work in",
        FUSED.conv2d,
        { x: one, filter: floats(2, 1, 1, 1) },
        { ...plain, ...rows(2 ** 30), dilations: [2 ** 30, 1] },
      ],
      ["an image by tfjs's name", "Conv2D", { x: one, filter: one }, { ...plain, pad }],
      ["a max pool", "MaxPool", { x: one }, { ...pool, pad }],
      ["an average pool", "AvgPool", { x: one }, { ...pool, pad }],
      [
        "sums of segments",
        "UnsortedSegmentSum",
        { x: floats(1, 1), segmentIds: ints([0]) },
        { numSegments: BEYOND },
      ],
      ["one-hot rows", "OneHot", { indices: ints([0]) }, oneHot],
      [
        "repeated rows",
        "GatherV2",
        { x: floats(1, 32768), indices: ints(Array(32769).fill(0)) },
        { axis: 0, batchDims: 0 },
      ],
    ])("%s: %s", (_, kernel, inputs, attributes) => {
      contained(() => {
        const before = wasmBackend().numDataIds();
        expect(() => run(kernel, inputs, attributes)).toThrow(KindlingError);
        expect(wasmBackend().numDataIds()).toBe(before);
      });
    });
  },
  BUILDS.slice(-1),
);

describe("beyond 2 GB, where addresses are negative as int32", () => {
  beforeAll(() => activateBackend("wasm"));

  test("kernels that work in scratch memory compute the same", ({ skip }) => {
    const state = () => ({ words: new Uint32Array(624).fill(7), index: 3 });
    const bytes = new Uint8Array(60).fill(9);
    const calls: [string, Record<string, Values>, () => object][] = [
      [FUSED.dropout, { x: floats(700) }, () => ({ p: 0.5, scale: 2, random: state() })],
      [
        FUSED.gatherBytes,
        {},
        () => ({ bytes, width: 30, indices: [1, 0], divisor: 255, shape: [2, 30] }),
      ],
      [
        FUSED.conv2d,
        { x: floats(1, 9, 9, 5), filter: floats(3, 3, 5, 6) },
        () => ({ ...plain, ...rows(1) }),
      ],
      ["BatchMatMul", { a: floats(20, 30), b: floats(30, 40) }, () => ({})],
      [FUSED.batchNorm, { x: floats(9, 7), gamma: floats(7), beta: floats(7) }, () => ({ eps: 1 })],
    ];
    const results = () => calls.map(([kernel, inputs, make]) => run(kernel, inputs, make()));
    const expected = results();
    const heap = heapOf(wasmBackend());
    // Never touched, so it takes up addresses and no memory.
    const block = heap._malloc(2 ** 31);
    if (block === 0) skip("no 2 GB of addresses");
    // The scratch memory moves up with the first request for more.
    const image = { x: floats(1, 300, 300, 3), filter: floats(3, 3, 3, 4) };
    run(FUSED.conv2d, image, { ...plain, ...rows(1) });
    expect(sideModule(wasmBackend()).scratch(1) >>> 0).toBeGreaterThan(2 ** 31);
    expect(results()).toEqual(expected);
    heap._free(block);
  });
});

function run(kernel: string, inputs: Inputs, attributes: object): Values[] {
  const outputs: Values[] = [];
  tidy(() => {
    const made = Object.entries(inputs).map(([name, value]) => [name, onBackend(value as Values)]);
    const given = Object.fromEntries(made) as NamedTensorMap;
    const results = engine().runKernel(kernel, given, attributes as NamedAttrMap);
    for (const result of [results].flat()) outputs.push(readBack(result as never));
  });
  return outputs;
}
