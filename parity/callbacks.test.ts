// The trainer's callbacks against what PyTorch's users write: the same batches through `fit`.
import { BatchNorm1d, Linear, MSELoss, Sequential, type StateDict, Tanh } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import {
  accumulateGradients,
  type Batches,
  type Callback,
  clipGradients,
  ema,
  type Stepper,
  swa,
  Trainer,
  updateBatchNorm,
} from "@kindling/trainer";
import { slice, type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";

/** Ten steps of float32, relative to the larger of 1 and the value. */
const TOLERANCE = 1e-6;

type State = Readonly<Record<string, FixtureTensor>>;
interface Clip {
  readonly max_norm?: string;
  readonly norm_type?: string;
  readonly max_value?: string;
  readonly trained: State;
}
const torch = fixture<{
  readonly batch: number;
  readonly lr: number;
  readonly start: State;
  readonly x: FixtureTensor;
  readonly y: FixtureTensor;
  readonly ema: readonly { decay: number; use_buffers: boolean; averaged: State }[];
  readonly swa: readonly { use_buffers: boolean; averaged: State; updated: State }[];
  readonly clip: readonly Clip[];
  readonly accumulate: readonly { steps: number; trained: State }[];
}>("callbacks");

type Pair = readonly [Tensor2D, Tensor2D];

function makeModel() {
  const model = new Sequential(new Linear(3, 5), new BatchNorm1d(5), new Tanh(), new Linear(5, 2));
  model.loadStateDict(hostState(torch.start));
  return model;
}
type Model = ReturnType<typeof makeModel>;

describeOnBackends("The trainer's callbacks equal PyTorch's", () => {
  let [x, y]: Tensor2D[] = [];
  beforeAll(() => {
    x = tensor2d(torch.x.values, [...torch.x.shape] as [number, number]);
    y = tensor2d(torch.y.values, [...torch.y.shape] as [number, number]);
  });
  afterAll(() => {
    x?.dispose();
    y?.dispose();
  });
  const batches = (torch.x.shape[0] as number) / torch.batch;

  /** So many batches an iteration, each of which goes on where the last one ended. */
  const loader = (length: number): Batches<Pair> => {
    let next = 0;
    return {
      length,
      async *[Symbol.asyncIterator]() {
        for (let i = 0; i < length; i++) {
          const rows = (all: Tensor2D | undefined): Tensor2D =>
            slice(all as Tensor2D, [next * torch.batch, 0], [torch.batch, -1]);
          const pair = [rows(x), rows(y)] as const;
          next = (next + 1) % batches;
          yield pair;
          for (const tensor of pair) tensor.dispose();
        }
      },
    };
  };

  /** Trains over all batches from torch's start, and returns the model. */
  const train = async (
    callbacksOf: (model: Model, optimizer: SGD) => Callback[],
    { epochs = 1, stepperOf = (optimizer: SGD): Stepper => optimizer } = {},
  ): Promise<Model> => {
    const model = makeModel();
    const optimizer = new SGD(model.parameters(), { lr: torch.lr, momentum: 0.9 });
    const trainer = new Trainer({
      model,
      loss: new MSELoss(),
      optimizer: stepperOf(optimizer),
      callbacks: callbacksOf(model, optimizer),
    });
    await expectTensors(async () => {
      await trainer.fit(loader(batches / epochs), { epochs });
      optimizer.dispose();
    });
    return model;
  };

  it.each(torch.ema)("ema: decay $decay, buffers $use_buffers", async (item) => {
    const { decay, use_buffers: useBuffers, averaged } = item;
    const model = await train((model) => [ema(model, { decay, useBuffers })]);
    await expectState(model, averaged);
  });

  it.each(torch.swa)("swa, then updateBatchNorm: buffers $use_buffers", async (item) => {
    const { use_buffers: useBuffers, averaged, updated } = item;
    const epochs = batches / 2;
    const model = await train((model) => [swa(model, { startEpoch: 2, useBuffers })], { epochs });
    await expectState(model, averaged, false);
    await updateBatchNorm(loader(batches), model);
    await expectState(model, updated);
  });

  it.each(torch.clip)("clipGradients: $max_norm $norm_type $max_value", async (item) => {
    const { max_norm: norm, norm_type: type, max_value: value } = item;
    const normType = type === "inf" ? Number.POSITIVE_INFINITY : Number(type);
    const options =
      norm === undefined ? { maxValue: Number(value) } : { maxNorm: Number(norm), normType };
    const model = await train((_, optimizer) => [clipGradients(optimizer, options)]);
    await expectState(model, item.trained);
  });

  it.each(torch.accumulate)("accumulateGradients: $steps steps", async ({ steps, trained }) => {
    const stepperOf = (optimizer: SGD) => accumulateGradients(optimizer, { steps });
    await expectState(await train(() => [], { stepperOf }), trained);
  });
});

function hostState(state: State): StateDict {
  return Object.fromEntries(
    Object.entries(state).map(([name, { shape, values }]) => {
      const count = name.endsWith("num_batches_tracked");
      const data = count ? Int32Array.from(values) : Float32Array.from(values);
      return [name, { shape, data, dtype: count ? "int32" : "float32" }];
    }),
  );
}

async function expectState(model: Model, expected: State, dispose = true): Promise<void> {
  const received = await model.stateDict();
  expect(Object.keys(received)).toEqual(Object.keys(expected));
  for (const [name, { data }] of Object.entries(received)) {
    const { values } = expected[name] as FixtureTensor;
    expectClose(data, values, { tolerance: TOLERANCE, title: name });
  }
  if (dispose) model.dispose();
}
