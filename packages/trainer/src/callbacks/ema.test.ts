import { Linear, MSELoss } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { activateBackend, describeCallback, expectTensors, values } from "@kindling/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Rows } from "../fakes.ts";
import {
  type AveragedView,
  accumulateGradients,
  type Callback,
  type EmaOptions,
  ema,
  type Stepper,
  Trainer,
  type WeightAverage,
} from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describe("ema, the contract,", () => {
  let model: Linear;
  beforeAll(() => {
    model = new Linear(2, 1);
  });
  afterAll(() => model.dispose());
  describeCallback("ema", { make: () => ema(model) });
});

describe("ema", () => {
  let model: Linear;
  let optimizer: SGD;
  beforeEach(() => {
    model = new Linear(2, 1, { bias: false });
    optimizer = new SGD(model.parameters(), { lr: 0.02 });
  });
  afterEach(() => model.dispose());
  const weight = (): number => values(model.weight)[0] as number;

  /** Trains with the average; returns the weights after each step and what validation ran with. */
  const train = async (
    average: WeightAverage<Linear>,
    {
      stepper = optimizer as Stepper,
      view = average.model as AveragedView<Linear>,
      batches = 3,
      epochs = 2,
      others = [] as Callback[],
    } = {},
  ) => {
    const [steps, validated]: number[][] = [[], []];
    const watched = {
      forward: (x: Parameters<Linear["forward"]>[0]) => {
        if (!view.training) validated?.push(weight());
        return view.forward(x);
      },
      train: () => view.train(),
      eval: () => view.eval(),
      get training() {
        return view.training;
      },
    };
    const record: Callback = { name: "record", onBatchEnd: () => void steps?.push(weight()) };
    const callbacks = [average, record, ...others];
    const loss = new MSELoss();
    const trainer = new Trainer({ model: watched, loss, optimizer: stepper, callbacks });
    const rows = new Rows(...new Array<number>(batches).fill(2));
    await trainer.fit(rows, { epochs, validation: new Rows(2) });
    return { steps: steps ?? [], validated: validated ?? [] };
  };
  /** The same average in float64. */
  const averages = (steps: readonly number[], decay: number): number[] => {
    let average = steps[0] as number;
    return steps.map((value, i) => {
      if (i > 0) average = decay * average + (1 - decay) * value;
      return average;
    });
  };
  const close = (received: readonly number[], expected: readonly (number | undefined)[]): void => {
    expect(received).toHaveLength(expected.length);
    received.forEach((value, i) => void expect(value).toBeCloseTo(expected[i] as number, 6));
  };

  test("gives the average to the model at the run's end, and to validation through its view", async () => {
    const average = ema(model, { decay: 0.7 });
    const { steps, validated } = await expectTensors(() => train(average));
    const expected = averages(steps, 0.7);
    close([weight()], [expected[5]]);
    close(validated, [expected[2], expected[5]]);
  });

  test("validates with the model's own weights without the view", async () => {
    const { steps, validated } = await train(ema(model, { decay: 0.7 }), { view: model });
    close(validated, [steps[2], steps[5]]);
  });

  test("leaves the trained weights when told, and after an error", async () => {
    const { steps } = await train(ema(model, { decay: 0.7, atEnd: "trained" }));
    close([weight()], [steps[5]]);
    let last = Number.NaN;
    const crash: Callback = {
      name: "crash",
      onEpochEnd() {
        last = weight();
        throw new Error("crash");
      },
    };
    const failed = expectTensors(() => train(ema(model), { others: [crash] }).catch(String));
    expect(await failed).toContain("crash");
    expect(weight()).toBe(last);
  });

  test("updates at every n-th step", async () => {
    const { steps } = await train(ema(model, { decay: 0.7, every: 2 }));
    close([weight()], [averages([steps[1], steps[3], steps[5]] as number[], 0.7)[2]]);
  });

  test("counts an accumulating optimizer's updates, those of a flush with the next look", async () => {
    const accumulated = accumulateGradients(optimizer, { steps: 2 });
    const average = ema(model, { decay: 0.7, updatesOf: accumulated });
    // What `fit` does with it: the rest of each epoch is an update after its last step.
    const { eval: evaluate, ...view } = average.model;
    let flushed: number[] = [];
    const flushing = {
      ...view,
      get training() {
        return model.training;
      },
      eval() {
        accumulated.flush();
        flushed = [...flushed, weight()];
        return evaluate();
      },
    } as AveragedView<Linear>;
    const { steps, validated } = await train(average, { stepper: accumulated, view: flushing });
    const expected = averages([steps[1], flushed[0], steps[4], flushed[1]] as number[], 0.7);
    close(validated, [expected[1], expected[3]]);
    close([weight()], [expected[3]]);
    expect(accumulated.updates).toBe(4);
  });

  test("goes on from its state, in the middle of its steps too", async () => {
    const start = await model.stateDict();
    await train(ema(model, { decay: 0.7, every: 2 }));
    const expected = weight();

    model.loadStateDict(start);
    const first = ema(model, { decay: 0.7, every: 2, atEnd: "trained" });
    let saved: Awaited<ReturnType<typeof first.state>> | undefined;
    const save: Callback = {
      name: "save",
      onEpochEnd: async () => {
        saved = structuredClone(await first.state());
      },
    };
    await train(first, { epochs: 1, others: [save] });
    expect(saved).toMatchObject({ count: 1, steps: 3 });
    const second = ema(model, { decay: 0.7, every: 2 });
    const resume: Callback = {
      name: "resume",
      onTrainStart: () => void (saved && second.restore(saved)),
    };
    await train(second, { epochs: 1, others: [resume] });
    expect(weight()).toBe(expected);
  });

  test("can be applied and undone by hand", async () => {
    const average = ema(model, { decay: 0.7 });
    const seen: number[] = [];
    const look: Callback = {
      name: "look",
      onEpochEnd() {
        average.apply();
        seen.push(weight());
        average.undo();
        seen.push(weight());
      },
    };
    const { steps } = await train(average, { epochs: 1, others: [look], view: model });
    close(seen, [averages(steps, 0.7)[2], steps[2]]);
  });

  test("rejects options out of range", () => {
    const make = (options: EmaOptions) => () => ema(model, options);
    expect(make({ decay: 1.5 })).toThrow("ema: expected decay from 0 to 1, got 1.5");
    expect(make({ every: 0 })).toThrow("ema: expected every to be an integer from 1, got 0");
  });
});
