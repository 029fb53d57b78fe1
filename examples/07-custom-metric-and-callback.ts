// A metric of one's own, summed on the device and read once a pass, and a callback of one's own.
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { Linear, MSELoss, Sequential, Tanh } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { type Callback, consoleLog, type Metric, Trainer } from "@kindling/trainer";
import {
  abs,
  add,
  keep,
  type Scalar,
  scalar,
  sub,
  sum,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";

/** The mean distance between output and target. */
class MeanAbsoluteError implements Metric<Tensor, Tensor> {
  readonly name = "meanAbsoluteError";
  readonly higherIsBetter = false;
  #total: Scalar | null = null;
  #count = 0;

  update(output: Tensor, target: Tensor): void {
    const next = tidy(() =>
      keep(add(this.#total ?? scalar(0), sum(abs(sub(output, target))))),
    ) as Scalar;
    this.#total?.dispose();
    this.#total = next;
    this.#count += output.size;
  }

  async compute(): Promise<number> {
    return ((await this.#total?.data())?.[0] ?? Number.NaN) / this.#count;
  }

  reset(): void {
    this.#total?.dispose();
    this.#total = null;
    this.#count = 0;
  }
}

/** Halves the learning rate whenever the loss has risen. */
function halveOnRise(optimizer: Adam): Callback {
  let last = Number.POSITIVE_INFINITY;
  return {
    name: "halveOnRise",
    onEpochEnd({ epoch, metrics: { trainLoss = Number.NaN } }) {
      if (trainLoss > last) {
        for (const group of optimizer.paramGroups) group.lr /= 2;
        console.log(
          `epoch ${epoch}: the loss rose, the rate is now ${optimizer.paramGroups[0]?.lr}`,
        );
      }
      last = trainLoss;
    },
  };
}

await selectBackend([wasm()]);
manualSeed(0);
const x = Float32Array.from({ length: 256 }, (_, i) => i / 64 - 2);
const points = { shape: [256, 1], data: x } as const;
const squares = { shape: [256, 1], data: x.map((value) => value ** 2) } as const;
const loader = new DataLoader(new TensorDataset(points, squares), { batchSize: 32, shuffle: true });
const model = new Sequential(new Linear(1, 32), new Tanh(), new Linear(32, 1));
const optimizer = new Adam(model.parameters(), { lr: 0.05 });
const trainer = new Trainer({
  model,
  loss: new MSELoss(),
  optimizer,
  metrics: { meanAbsoluteError: new MeanAbsoluteError() },
  callbacks: [consoleLog(), halveOnRise(optimizer)],
});
await trainer.fit(loader, { epochs: 15 });
const { meanAbsoluteError } = await trainer.evaluate(loader);
console.log(`mean absolute error ${meanAbsoluteError.toFixed(3)}`);
if (!(meanAbsoluteError < 0.15)) throw new Error("expected it to learn the square");
