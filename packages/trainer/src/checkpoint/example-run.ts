// For tests: a small training in which everything that a checkpoint has to hold plays a part: dropout and
// two loaders that draw, batch norm's statistics, the optimizer's moments, a metric and a callback with memory.
import { defaultGenerator, Generator, manualSeed } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { BatchNorm1d, CrossEntropyLoss, Dropout, Linear, ReLU, Sequential } from "@kindling/layers";
import { Adam, SGD } from "@kindling/optim";
import { type Tensor1D, type Tensor2D, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { SumOfOutputs } from "../fakes.ts";
import {
  type Callback,
  type History,
  type RunState,
  type TrainableModel,
  Trainer,
} from "../index.ts";
import type { CheckpointObjects } from "./contents.ts";

const SAMPLES = 52;
const FEATURES = 6;
const CLASSES = 3;
/** Of 8 samples, the last of 4: in an epoch. */
export const BATCHES = 7;

export interface ExampleRun extends CheckpointObjects {
  readonly optimizer: Adam | SGD;
  /** Trains up to `epochs` in all; `memory` is what its callback with memory has. */
  readonly fit: (
    epochs: number,
    callbacks: readonly Callback[],
    resume?: RunState | null,
  ) => Promise<History<"total">>;
  /** Weights, statistics, moments, losses and what would be drawn next, to the bit, as text. */
  readonly fingerprint: (history: History<"total">) => Promise<string>;
  readonly dispose: () => void;
}

export interface ExampleOptions {
  /** Training batches prepared ahead. @defaultValue 0 */
  readonly prefetch?: number;
  /** @defaultValue "adam" */
  readonly optimizer?: "adam" | "sgd";
}

export function exampleRun({
  prefetch = 0,
  optimizer: kind = "adam",
}: ExampleOptions = {}): ExampleRun {
  manualSeed(3);
  const drawn = new Generator(5);
  const x = Array.from({ length: SAMPLES }, () => Array.from(drawn.normal(FEATURES)));
  const y = x.map((row) => ((row[0] ?? 0) > 0 ? 2 : (row[1] ?? 0) > 0 ? 1 : 0));
  const data = new TensorDataset(tensor2d(x), tensor1d(y, "int32"));
  const order = new Generator(8);
  const trainLoader = new DataLoader(data, { batchSize: 8, shuffle: true, prefetch });
  const validation = new DataLoader(data, { batchSize: 26, shuffle: true, generator: order });
  const model = new Sequential(
    new Linear(FEATURES, 16),
    new BatchNorm1d(16),
    new ReLU(),
    new Dropout(0.3),
    new Linear(16, CLASSES),
  );
  const optimizer =
    kind === "adam"
      ? new Adam(model.parameters(), { lr: 0.02 })
      : new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const total = new SumOfOutputs();
  const decay = decaying(optimizer);

  return {
    model,
    optimizer,

    fit: (epochs, callbacks, resume = null) =>
      new Trainer<Tensor2D, Tensor2D, Tensor1D, "total">({
        // Batch norm takes sequences as well, so that its type does not say which of the two comes out.
        model: model as unknown as TrainableModel<Tensor2D, Tensor2D>,
        loss: new CrossEntropyLoss(),
        optimizer,
        metrics: { total },
        callbacks: [...callbacks, decay],
      }).fit(trainLoader, {
        epochs,
        validation,
        generators: { order },
        resume,
      }),

    async fingerprint(history) {
      const bits = (values: Iterable<number>): string =>
        Buffer.from(Float64Array.from(values).buffer).toString("hex");
      const state = await model.stateDict();
      const moments = await optimizer.stateDict();
      return JSON.stringify([
        history.map(({ seconds, ...record }) => bits(Object.values(record) as number[])),
        Object.entries(state).map(([name, { data }]) => [name, bits(data)]),
        JSON.stringify(moments),
        [order, defaultGenerator].map((generator) => generator.clone().random()),
      ]);
    },

    dispose() {
      model.dispose();
      optimizer.dispose();
      total.dispose();
    },
  };
}

/** Lowers the rate at every third step it has counted. */
function decaying(optimizer: Adam | SGD): Callback {
  let count = 0;
  return {
    name: "decaying",
    onTrainStart() {
      count = 0;
    },
    onBatchEnd() {
      const [group] = optimizer.paramGroups;
      if (group !== undefined && ++count % 3 === 0) group.lr *= 0.97;
    },
    state: () => ({ count }),
    restore(state: { readonly count: number }) {
      count = state.count;
    },
  };
}
