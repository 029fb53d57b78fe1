// The kernels of one training step of the reference CNN (batch 64) on `wasm`: tfjs's own against
// Kindling's, in turns. Prints one JSON object. Usage:
// node --conditions=@kindling/source --import tsx benchmarks/kernels.ts
import { cpus } from "node:os";
import { wasm } from "@kindling/backend-wasm";
import {
  engine,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  randomNormal,
  type Tensor,
  type TensorInfo,
  tidy,
  version_core,
} from "@tensorflow/tfjs-core";

const ROUNDS = 40;
const WARM_UP = 5;
const BATCH = 64;
/** Height and width, channels in and out. */
const CONVOLUTIONS = [
  [28, 1, 8],
  [14, 8, 16],
  [7, 16, 32],
] as const;
/** Height and width, channels. */
const POOLS = [
  [28, 8],
  [14, 16],
] as const;
/** Rows, inner size, columns: the linear layer, the gradient of its weight and of its input. */
const PRODUCTS = [
  [BATCH, 1568, 10, false, false],
  [1568, BATCH, 10, true, false],
  [BATCH, 10, 1568, false, true],
] as const;

interface Timed {
  readonly kernel: string;
  readonly shape: string;
  readonly inputs: Record<string, Tensor>;
  readonly attributes: object;
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

function convolutions(): Timed[] {
  return CONVOLUTIONS.flatMap(([size, inputs, outputs]) => {
    const shape = `[${BATCH},${size},${size},${inputs}→${outputs}]`;
    const x = randomNormal([BATCH, size, size, inputs]);
    const filter = randomNormal([3, 3, inputs, outputs]);
    const dy = randomNormal([BATCH, size, size, outputs]);
    const attributes = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dilations: [1, 1] };
    const [filterShape, inputShape] = [filter.shape, x.shape];
    return [
      { kernel: "Conv2D", shape, inputs: { x, filter }, attributes },
      {
        kernel: "Conv2DBackpropFilter",
        shape,
        inputs: { x, dy },
        attributes: { ...attributes, filterShape },
      },
      {
        kernel: "Conv2DBackpropInput",
        shape,
        inputs: { dy, filter },
        attributes: { ...attributes, inputShape },
      },
      { kernel: "Sum", shape, inputs: { x: dy }, attributes: { axis: [0, 1, 2], keepDims: false } },
    ];
  });
}

function pools(): Timed[] {
  return POOLS.flatMap(([size, channels]) => {
    const shape = `[${BATCH},${size},${size},${channels}]`;
    const x = randomNormal([BATCH, size, size, channels]);
    const attributes = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
    const output = randomNormal([BATCH, size / 2, size / 2, channels]);
    return [
      { kernel: "MaxPool", shape, inputs: { x }, attributes },
      { kernel: "MaxPoolGrad", shape, inputs: { dy: output, input: x, output }, attributes },
      { kernel: "AvgPoolGrad", shape, inputs: { dy: output, input: x }, attributes },
    ];
  });
}

function products(): Timed[] {
  return PRODUCTS.map(([m, k, n, transposeA, transposeB]) => {
    const a = randomNormal(transposeA ? [k, m] : [m, k]);
    const b = randomNormal(transposeB ? [n, k] : [k, n]);
    const shape = `[${a.shape}]${transposeA ? "ᵀ" : ""} · [${b.shape}]${transposeB ? "ᵀ" : ""}`;
    return {
      kernel: "BatchMatMul",
      shape,
      inputs: { a, b },
      attributes: { transposeA, transposeB },
    };
  });
}

const NAMES = [
  "Conv2D",
  "Conv2DBackpropFilter",
  "Conv2DBackpropInput",
  "Sum",
  "MaxPool",
  "MaxPoolGrad",
  "AvgPoolGrad",
  "BatchMatMul",
];

// Importing the backend brings tfjs's kernels; activating it puts Kindling's in their place.
const stock = new Map(NAMES.map((name) => [name, getKernel(name, "wasm")]));
const backend = wasm();
await backend.activate();

function run({ kernelFunc }: KernelConfig, { inputs, attributes }: Timed): number {
  const start = performance.now();
  tidy(() => {
    const call = { inputs, attrs: attributes as NamedAttrMap, backend: engine().backend };
    const output = kernelFunc(call) as TensorInfo | Tensor;
    if (!("rank" in output)) engine().makeTensorFromTensorInfo(output);
  });
  return performance.now() - start;
}

const results = [...convolutions(), ...pools(), ...products()].map((timed) => {
  const ours = getKernel(timed.kernel, "wasm") as KernelConfig;
  const theirs = stock.get(timed.kernel);
  const [oursMs, theirsMs]: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const ownTime = run(ours, timed);
    const stockTime = theirs === undefined ? Number.NaN : run(theirs, timed);
    if (round < 0) continue;
    oursMs.push(ownTime);
    theirsMs.push(stockTime);
  }
  const [kindling, tfjs] = [oursMs, theirsMs].map(median) as [number, number];
  return {
    kernel: timed.kernel,
    shape: timed.shape,
    kindlingMs: Number(kindling.toFixed(3)),
    tfjsMs: theirs === undefined ? null : Number(tfjs.toFixed(3)),
  };
});

const machine = `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}`;
const versions = { node: process.version, tfjs: version_core, backend: backend.describe() };
console.log(JSON.stringify({ machine, versions, rounds: ROUNDS, results }, null, 2));
