import { Generator } from "@kindling/core";
import { activateBackend, expectTensors } from "@kindling/testing";
import type { Scalar } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Descent, LinearModel, type Pair, Rows, SquaredError, SumOfOutputs } from "./fakes.ts";
import {
  type Callback,
  type CheckpointContext,
  type FitOptions,
  type RunState,
  Trainer,
} from "./index.ts";

beforeAll(() => activateBackend("cpu"));

describe("what a run leaves for another to go on from", () => {
  let model: LinearModel;
  let total: SumOfOutputs;
  beforeEach(() => {
    model = new LinearModel();
    total = new SumOfOutputs();
  });
  afterEach(() => {
    model.dispose();
    total.dispose();
  });

  /** Keeps the state of each moment at which a run can be saved. */
  const recorder = (states: RunState[]): Callback => ({
    name: "recorder",
    onCheckpoint: async ({ state }) => void states.push(await state()),
  });

  const fit = (
    callbacks: readonly Callback[],
    options: Partial<FitOptions<Pair>> = {},
    { optimizer = new Descent(model.weight), metric = total as object } = {},
  ) =>
    new Trainer({
      model,
      loss: new SquaredError(),
      optimizer,
      metrics: { total: metric as SumOfOutputs },
      callbacks,
    }).fit(new Rows(2, 2, 1), { epochs: 2, validation: new Rows(1), ...options });

  test("can be had after each step and each epoch, when all callbacks have seen it", async () => {
    const log: string[] = [];
    const seen = (context: CheckpointContext) => {
      const { epoch, batch, step, metrics } = context;
      log.push(`${epoch}.${batch} ${step} ${metrics && Object.keys(metrics).join(",")}`);
    };
    const late: Callback = {
      name: "late",
      onBatchEnd: ({ step }) => void log.push(`step ${step}`),
      onEpochEnd: ({ epoch }) => void log.push(`epoch ${epoch}`),
    };
    await fit([{ name: "seen", onCheckpoint: seen }, late], { epochs: 1 });
    expect(log).toEqual([
      "step 1",
      "1.1 1 null",
      "step 2",
      "1.2 2 null",
      "step 3",
      "1.3 3 null",
      "epoch 1",
      "1.null 3 trainLoss,trainTotal,valLoss,valTotal",
    ]);
  });

  test("leaves no tensors, saved or resumed", async () => {
    const states: RunState[] = [];
    await expectTensors(() => fit([recorder(states)]));
    for (const resume of states) await expectTensors(() => fit([], { resume }));
  });

  test("holds the position, and tells callbacks of it", async () => {
    const states: RunState[] = [];
    await fit([recorder(states)]);
    expect(states.map(({ epoch, batch, step }) => [epoch, batch, step])).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [1, 3, 3],
      [2, 0, 3],
      [2, 1, 4],
      [2, 2, 5],
      [2, 3, 6],
      [3, 0, 6],
    ]);
    const log: unknown[] = [];
    const spy: Callback = {
      name: "spy",
      onTrainStart: ({ resumedAtStep }) => void log.push(resumedAtStep),
      onEpochStart: ({ epoch }) => void log.push(`epoch ${epoch}`),
      onBatchStart: ({ batch, step }) => void log.push([batch, step]),
    };
    await fit([spy], { resume: states[4] as RunState });
    expect(log).toEqual([4, "epoch 2", [2, 5], [3, 6]]);
    log.length = 0;
    await fit([spy], { epochs: 1 });
    expect(log[0]).toBeUndefined();
  });

  test("gives callbacks of one name their own states, and lets them come and go", async () => {
    const states: RunState[] = [];
    const remembering = (name: string, memory: { value: number }): Callback => ({
      name,
      state: async () => memory.value,
      restore: (value: number) => {
        memory.value = value;
      },
    });
    const saved = [remembering("a", { value: 1 }), remembering("a", { value: 2 })];
    await fit([...saved, remembering("gone", { value: 3 }), recorder(states)]);
    for (const resume of [states[0], states[3]] as RunState[]) {
      const [first, second, fresh] = [{ value: 0 }, { value: 0 }, { value: 9 }];
      const now = [remembering("new", fresh), remembering("a", first), remembering("a", second)];
      await fit(now, { resume });
      expect([first.value, second.value, fresh.value]).toEqual([1, 2, 9]);
    }
  });

  test("restores a callback after onTrainStart, and within an epoch after its onEpochStart", async () => {
    const states: RunState[] = [];
    const log: string[] = [];
    const spy: Callback = {
      name: "spy",
      onTrainStart: () => void log.push("trainStart"),
      onEpochStart: () => void log.push("epochStart"),
      onBatchStart: () => void log.push("batchStart"),
      state: () => null,
      restore: () => void log.push("restore"),
    };
    await fit([spy, recorder(states)], { epochs: 1 });
    const hooks = async (resume: RunState | undefined) => {
      log.length = 0;
      await fit([spy], { resume: resume ?? null });
      return log.slice(0, 3);
    };
    expect(await hooks(states[0])).toEqual(["trainStart", "epochStart", "restore"]);
    expect(await hooks(states[3])).toEqual(["trainStart", "restore", "epochStart"]);
  });

  test("has NaN for the training batches of a metric that cannot be saved, in that epoch only", async () => {
    const stateless = {
      name: total.name,
      higherIsBetter: null,
      update: total.update.bind(total),
      compute: total.compute.bind(total),
      reset: total.reset.bind(total),
    };
    const states: RunState[] = [];
    await fit([recorder(states)], {}, { metric: stateless });
    const history = await fit([], { resume: states[1] as RunState }, { metric: stateless });
    expect(history[0]?.trainTotal).toBeNaN();
    expect(history[0]?.valTotal).not.toBeNaN();
    expect(history[1]?.trainTotal).not.toBeNaN();
  });

  test("asks the optimizer for what it holds between updates, and flushes it after an epoch's steps", async () => {
    const log: string[] = [];
    class Accumulating extends Descent {
      held = 0;
      override step(closure: () => Scalar): Scalar {
        this.held++;
        return super.step(closure);
      }
      flush(): void {
        log.push(`flush ${this.held}`);
        this.held = 0;
      }
      async state(): Promise<number> {
        return this.held;
      }
      restore(held: number): void {
        this.held = held;
      }
    }
    const states: RunState[] = [];
    await fit([recorder(states)], {}, { optimizer: new Accumulating(model.weight) });
    expect(log).toEqual(["flush 3", "flush 3"]);
    expect(states.map(({ stepper }) => stepper)).toEqual([1, 2, 3, 0, 1, 2, 3, 0]);
    log.length = 0;
    const optimizer = new Accumulating(model.weight);
    await fit([], { resume: states[1] as RunState, epochs: 1 }, { optimizer });
    expect(log).toEqual(["flush 3"]);
    const stop: Callback = { name: "stop", onBatchEnd: (context) => context.stop("enough") };
    log.length = 0;
    await fit([stop, recorder(states)], {}, { optimizer: new Accumulating(model.weight) });
    // At a stopped run's end too, but not in what is saved there.
    expect(log).toEqual(["flush 1"]);
    expect(states.at(-1)?.stepper).toBe(1);
  });

  test("puts named generators where they were, as the loader and the steps found them", async () => {
    const noise = new Generator(1);
    const drawn: number[] = [];
    const draw: Callback = {
      name: "draw",
      onBatchStart: () => void drawn.push(noise.random()),
    };
    const states: RunState[] = [];
    await fit([draw, recorder(states)], { generators: { noise } });
    const all = drawn.splice(0);
    for (const [i, left] of [5, 4, 3, 3, 2, 1, 0].entries()) {
      noise.manualSeed(77);
      await fit([draw], { generators: { noise }, resume: states[i] as RunState });
      expect(drawn.splice(0)).toEqual(all.slice(6 - left));
    }
    await expect(fit([], { generators: { default: noise } })).rejects.toThrow(
      'Trainer.fit: expected generators under other names than "default"',
    );
    await expect(fit([], { resume: states[0] as RunState })).rejects.toThrow(
      "expected the generators of the run to resume (default, noise), got default",
    );
  });

  test("goes on with the time that the epoch has taken", async () => {
    const states: RunState[] = [];
    await fit([recorder(states)]);
    const resume = { ...(states[1] as RunState), seconds: 100 };
    const [first, second] = await fit([], { resume });
    expect(first?.seconds).toBeGreaterThan(100);
    expect(second?.seconds).toBeLessThan(100);
  });

  test("is not changed by the run that goes on from it", async () => {
    const states: RunState[] = [];
    await fit([recorder(states)]);
    const resume = states[3] as RunState;
    const before = structuredClone(resume);
    await fit([], { resume });
    expect(resume).toEqual(before);
  });
});
