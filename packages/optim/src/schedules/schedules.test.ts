import { ArgumentError } from "@kindling/core";
import { activateBackend } from "@kindling/testing";
import { tensor1d, type Variable, variable } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Adam } from "../adam.ts";
import { SGD } from "../sgd.ts";
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  LRScheduler,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  type ScheduledOptimizer,
  SequentialLR,
  StepLR,
} from "./index.ts";

const live: Variable[] = [];
const param = (): Variable => {
  const initial = tensor1d([1]);
  const made = variable(initial);
  initial.dispose();
  live.push(made);
  return made;
};
const sgd = (...lrs: number[]): SGD =>
  new SGD(
    lrs.map((lr) => ({ params: [param()], lr })),
    { momentum: 0.9 },
  );

beforeAll(() => activateBackend("cpu"));
afterEach(() => {
  for (const made of live.splice(0)) made.dispose();
});

describe("Every schedule", () => {
  const schedules: [string, (optimizer: ScheduledOptimizer) => LRScheduler | ReduceLROnPlateau][] =
    [
      ["ChainedScheduler", (o) => new ChainedScheduler([new StepLR(o, 2)])],
      ["ConstantLR", (o) => new ConstantLR(o)],
      ["CosineAnnealingLR", (o) => new CosineAnnealingLR(o, 9)],
      ["CosineAnnealingWarmRestarts", (o) => new CosineAnnealingWarmRestarts(o, 9)],
      ["CyclicLR", (o) => new CyclicLR(o, 0.1, 0.2, { stepSizeUp: 3 })],
      ["ExponentialLR", (o) => new ExponentialLR(o, 0.5)],
      ["LambdaLR", (o) => new LambdaLR(o, (epoch) => 1 / (1 + epoch))],
      ["LinearLR", (o) => new LinearLR(o)],
      ["MultiplicativeLR", (o) => new MultiplicativeLR(o, () => 0.5)],
      ["MultiStepLR", (o) => new MultiStepLR(o, [2, 4])],
      ["OneCycleLR", (o) => new OneCycleLR(o, 0.1, { totalSteps: 9 })],
      ["PolynomialLR", (o) => new PolynomialLR(o)],
      ["ReduceLROnPlateau", (o) => new ReduceLROnPlateau(o, { patience: 0 })],
      ["SequentialLR", (o) => new SequentialLR(o, [new ConstantLR(o), new StepLR(o, 2)], [3])],
      ["StepLR", (o) => new StepLR(o, 2)],
    ];

  it.each(schedules)("%s has its name and its groups' rates", (name, make) => {
    const optimizer = sgd(0.5, 0.25);
    const schedule = make(optimizer);
    expect(schedule.name).toBe(name);
    for (let i = 0; i < 5; i++) {
      expect(schedule.lastLr).toEqual(optimizer.paramGroups.map(({ lr }) => lr));
      schedule.step(i);
    }
  });

  it.each(schedules)("%s hands out and takes copies of its state", (_, make) => {
    const schedule = make(sgd(0.5));
    const dict = schedule.stateDict();
    const text = JSON.stringify(dict);
    schedule.step(1);
    expect(JSON.stringify(dict)).toBe(text);
    schedule.loadStateDict(JSON.parse(text));
    expect(JSON.stringify(schedule.stateDict())).toBe(text);
  });

  it.each(schedules)("%s rejects another's state and stays as it was", (name, make) => {
    const schedule = make(sgd(0.5));
    schedule.step(1);
    const dict = schedule.stateDict();
    const two = make(sgd(0.5, 0.5)).stateDict();
    for (const wrong of [{}, two, { ...dict, _last_lr: "fast" }, { ...dict, _schedulers: [{}] }]) {
      if (!("_schedulers" in dict) && "_schedulers" in wrong) continue;
      expect(() => schedule.loadStateDict(wrong)).toThrow(ArgumentError);
      expect(schedule.stateDict()).toEqual(dict);
    }
    expect(() => schedule.loadStateDict({})).toThrow(
      new RegExp(`^${name}: expected \\w+ in the state to be like .*, got undefined$`),
    );
  });
});

describe("A schedule", () => {
  it("goes on from a rate that was changed in between", () => {
    const optimizer = sgd(1);
    const schedule = new ExponentialLR(optimizer, 0.5);
    (optimizer.paramGroups[0] as { lr: number }).lr = 3;
    schedule.step();
    expect(schedule.lastLr).toEqual([1.5]);
  });

  it("starts from the first rates where another schedule came before", () => {
    const optimizer = sgd(1);
    new ConstantLR(optimizer, { factor: 0.5 });
    expect(optimizer.paramGroups[0]?.lr).toBe(0.5);
    const schedule = new LambdaLR(optimizer, () => 2);
    expect(schedule.lastLr).toEqual([2]);
  });

  it("starts from the first rates of a state that the optimizer loaded before", async () => {
    const trained = sgd(1);
    new ExponentialLR(trained, 0.5).step();
    const optimizer = sgd(7);
    optimizer.loadStateDict(await trained.stateDict());
    expect(optimizer.paramGroups[0]?.lr).toBe(0.5);
    expect(new LambdaLR(optimizer, () => 1).lastLr).toEqual([1]);
  });

  it("says so when groups came after it", () => {
    const optimizer = sgd(1);
    const schedule = new LambdaLR(optimizer, () => 1);
    optimizer.addParamGroup({ params: [param()] });
    expect(() => schedule.step()).toThrow(
      "LambdaLR: expected 1 parameter groups, as there were when it was made, got 2; make the schedule after addParamGroup",
    );
  });

  it("of one's own is a getLr and a start", () => {
    class Halving extends LRScheduler {
      constructor(optimizer: ScheduledOptimizer, { start = true } = {}) {
        super(optimizer, {});
        if (start) this.start();
      }
      protected override getLr(): number[] {
        return this.baseLrs.map((lr) => lr / 2 ** this.lastEpoch);
      }
    }
    const schedule = new Halving(sgd(1, 4));
    schedule.step();
    expect(schedule.lastLr).toEqual([0.5, 2]);
    expect(() => new Halving(sgd(1), { start: false }).step()).toThrow(
      "LRScheduler: expected start() at the end of the constructor, got a step before it",
    );
  });
});

describe("OneCycleLR", () => {
  it("says so at a step beyond its length, and changes nothing then", () => {
    const optimizer = sgd(1);
    const schedule = new OneCycleLR(optimizer, 1, { totalSteps: 3 });
    for (let i = 0; i < 3; i++) schedule.step();
    const dict = schedule.stateDict();
    expect(() => schedule.step()).toThrow(
      "OneCycleLR: expected at most 3 steps, got one more; give it the run's length",
    );
    expect(schedule.stateDict()).toEqual(dict);
  });

  it("moves the first beta and leaves the second", () => {
    const optimizer = new Adam([param()], { betas: [0.9, 0.98] });
    new OneCycleLR(optimizer, 1, { totalSteps: 10 }).step();
    const [first, second] = optimizer.paramGroups[0]?.betas ?? [];
    expect(first).toBeLessThan(0.95);
    expect(first).toBeGreaterThanOrEqual(0.85);
    expect(second).toBe(0.98);
  });
});

describe("SequentialLR and ChainedScheduler", () => {
  it("reject a state of another number of schedules, and load all of it or nothing", () => {
    const optimizer = sgd(1);
    const schedule = new ChainedScheduler([
      new StepLR(optimizer, 3),
      new ExponentialLR(optimizer, 0.5),
    ]);
    schedule.step();
    const before = schedule.stateDict();
    const [first] = before._schedulers as [object];
    expect(() => schedule.loadStateDict({ ...before, _schedulers: [] })).toThrow(
      "ChainedScheduler: expected a state of 2 schedules, got 0",
    );
    const changed = [{ ...first, step_size: 9 }, { gamma: "much" }];
    expect(() => schedule.loadStateDict({ ...before, _schedulers: changed })).toThrow(
      'ExponentialLR: expected gamma in the state to be like 0.5, got "much"',
    );
    expect(schedule.stateDict()).toEqual(before);
  });
});
