// What Winograd's convolutions gain and cost (docs/decisions/0003-winograd.md): their time against the direct ones,
// in turns, and how far 50 steps of training part from PyTorch's in float64. Prints JSON, a line each.
// Usage: npm run bench:winograd -w benchmarks (KINDLING_PYTHON: one with torch)
import { execFileSync } from "node:child_process";
import { wasm } from "@kindling/backend-wasm";
import { type ConvolutionAttributes, FUSED, manualSeed, selectBackend } from "@kindling/core";
import { mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { engine, type NamedAttrMap, randomNormal, tidy } from "@tensorflow/tfjs-core";
import { makeModel } from "./adapters/models.ts";
import { FOLDER } from "./contenders.ts";
import { median } from "./race.ts";

const BATCH = 64;
const ROUNDS = 20;
/** Height and width, channels in and out. */
const SIZES = [
  [14, 8, 16],
  [7, 16, 32],
  [14, 16, 32],
  [14, 32, 64],
  [8, 64, 64],
  [8, 128, 256],
] as const;
const SEEDS = [0, 1, 2, 3];
const STEPS = 50;

for (const [side, ic, oc] of SIZES) {
  await selectBackend(wasm());
  const [x, filter] = [randomNormal([BATCH, side, side, ic]), randomNormal([3, 3, ic, oc])];
  const dy = randomNormal([BATCH, side, side, oc]);
  const same = { strides: [1, 1], dilations: [1, 1], groups: 1 } as const;
  const attributes: ConvolutionAttributes = {
    ...same,
    padding: [
      [1, 1],
      [1, 1],
    ],
  };
  const kernels = [
    [FUSED.conv2d, { x, filter }, {}],
    [FUSED.conv2dInputGrad, { dy, filter }, { inputShape: x.shape }],
    [FUSED.conv2dFilterGrad, { x, dy }, { filterShape: filter.shape }],
  ] as const;
  for (const [kernel, inputs, rest] of kernels) {
    const times: Record<"direct" | "winograd", number[]> = { direct: [], winograd: [] };
    for (let round = -5; round < ROUNDS; round++) {
      for (const winograd of [false, true]) {
        await selectBackend(wasm({ winograd }));
        const start = performance.now();
        tidy(() => {
          engine().runKernel(kernel, inputs, { ...attributes, ...rest } as object as NamedAttrMap);
        });
        if (round >= 0) times[winograd ? "winograd" : "direct"].push(performance.now() - start);
      }
    }
    const [direct, winograd] = [median(times.direct), median(times.winograd)];
    const shape = `${side}×${side}, ${ic} → ${oc}`;
    console.log(
      JSON.stringify({ kernel, shape, direct: digits(direct), winograd: digits(winograd) }),
    );
  }
  for (const tensor of [x, filter, dy]) tensor.dispose();
}

const answer = execFileSync(
  process.env.KINDLING_PYTHON ?? "python3",
  ["adapters/pytorch_losses.py", ...SEEDS.map(String)],
  { cwd: FOLDER, encoding: "utf8" },
);
const torch = JSON.parse(answer) as Record<string, { float32: number[]; float64: number[] }>;
for (const seed of SEEDS) {
  const { float32 = [], float64 = [] } = torch[seed] ?? {};
  const direct = difference(await losses(seed, false), float64);
  const winograd = difference(await losses(seed, true), float64);
  console.log(
    JSON.stringify({ seed, direct, winograd, pytorchFloat32: difference(float32, float64) }),
  );
}

async function losses(seed: number, winograd: boolean): Promise<number[]> {
  await selectBackend(wasm({ winograd }));
  manualSeed(seed);
  const data = await mnist({ train: true });
  const model = makeModel("larger");
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const criterion = new CrossEntropyLoss();
  const result: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const [images, labels] = data.batch(Array.from({ length: BATCH }, (_, i) => step * BATCH + i));
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    result.push((await loss.data())[0] as number);
    for (const tensor of [images, labels, loss]) tensor.dispose();
  }
  return result;
}

function difference(a: readonly number[], b: readonly number[]): number {
  const largest = Math.max(...a.map((loss, step) => Math.abs(loss - (b[step] as number))));
  return Number(largest.toPrecision(2));
}

function digits(ms: number): number {
  return Number(ms.toPrecision(3));
}
