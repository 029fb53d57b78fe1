import { ArgumentError } from "@kindling/core";
import { describe, expect, it } from "vitest";
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  type ScheduledOptimizer,
  SequentialLR,
  StepLR,
} from "./index.ts";

const optimizerOf = (...lrs: number[]) => ({
  paramGroups: lrs.map((lr) => ({ lr, momentum: 0.9 })),
});

describe("Options of schedules are checked", () => {
  const of = (make: (optimizer: ScheduledOptimizer) => unknown) => () =>
    make(optimizerOf(0.1, 0.2));
  it.each([
    [
      of((o) => new StepLR(o, 0)),
      "StepLR: expected stepSize to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new MultiStepLR(o, [3, 1.5])),
      "MultiStepLR: expected milestones to be a whole number from 0 up, got 1.5",
    ],
    [
      of((o) => new ConstantLR(o, { factor: 0 })),
      "ConstantLR: expected factor above 0 and at most 1, got 0",
    ],
    [
      of((o) => new ConstantLR(o, { totalIters: 0 })),
      "ConstantLR: expected totalIters to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new LinearLR(o, { startFactor: 1.5 })),
      "LinearLR: expected startFactor above 0 and at most 1, got 1.5",
    ],
    [
      of((o) => new LinearLR(o, { endFactor: -1 })),
      "LinearLR: expected endFactor to be from 0 to 1, got -1",
    ],
    [
      of((o) => new LinearLR(o, { totalIters: 0 })),
      "LinearLR: expected totalIters to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new PolynomialLR(o, { totalIters: 0 })),
      "PolynomialLR: expected totalIters to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new CosineAnnealingLR(o, 0)),
      "CosineAnnealingLR: expected tMax to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new CosineAnnealingWarmRestarts(o, 0)),
      "CosineAnnealingWarmRestarts: expected t0 to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new CosineAnnealingWarmRestarts(o, 2, { tMult: 1.5 })),
      "CosineAnnealingWarmRestarts: expected tMult to be a whole number from 1 up, got 1.5",
    ],
    [
      of((o) => new CyclicLR(o, 0, 1, { stepSizeUp: 0 })),
      "CyclicLR: expected stepSizeUp to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new CyclicLR(o, 0, 1, { mode: "round" as "triangular" })),
      'CyclicLR: expected mode to be "triangular", "triangular2" or "exp_range", got "round"',
    ],
    [of((o) => new CyclicLR(o, [0], 1)), "CyclicLR: expected baseLr for 2 parameter groups, got 1"],
    [
      () => new CyclicLR({ paramGroups: [{ lr: 1 }] }, 0, 1),
      "CyclicLR: expected an optimizer with momentum or betas, got one without; pass cycleMomentum: false",
    ],
    [
      of((o) => new OneCycleLR(o, 1, { totalSteps: 0 })),
      "OneCycleLR: expected totalSteps to be a whole number from 1 up, got 0",
    ],
    [
      of((o) => new OneCycleLR(o, 1, { epochs: 3 } as never)),
      "OneCycleLR: expected totalSteps, or epochs and stepsPerEpoch, got epochs 3, stepsPerEpoch undefined",
    ],
    [
      of((o) => new OneCycleLR(o, 1, { epochs: 3, stepsPerEpoch: 0.5 })),
      "OneCycleLR: expected stepsPerEpoch to be a whole number from 1 up, got 0.5",
    ],
    [
      of((o) => new OneCycleLR(o, 1, { totalSteps: 9, pctStart: 2 })),
      "OneCycleLR: expected pctStart to be from 0 to 1, got 2",
    ],
    [
      of((o) => new OneCycleLR(o, 1, { totalSteps: 9, annealStrategy: "exp" as "cos" })),
      'OneCycleLR: expected annealStrategy to be "cos" or "linear", got exp',
    ],
    [
      of((o) => new LambdaLR(o, [() => 1])),
      "LambdaLR: expected 2 functions, one a parameter group, got 1",
    ],
    [
      of((o) => new ReduceLROnPlateau(o, { factor: 1 })),
      "ReduceLROnPlateau: expected factor to be below 1, got 1",
    ],
    [
      of((o) => new ReduceLROnPlateau(o, { patience: -1 })),
      "ReduceLROnPlateau: expected patience to be 0 or more, got -1",
    ],
    [
      of((o) => new ReduceLROnPlateau(o, { mode: "lower" as "min" })),
      'ReduceLROnPlateau: expected mode to be "min" or "max", got "lower"',
    ],
    [
      of((o) => new ReduceLROnPlateau(o, { minLr: [1] })),
      "ReduceLROnPlateau: expected minLr for 2 parameter groups, got 1",
    ],
    [of((o) => new SequentialLR(o, [], [])), "SequentialLR: expected schedules, got an empty list"],
    [
      of((o) => new SequentialLR(o, [new StepLR(o, 1)], [1])),
      "SequentialLR: expected 0 milestones between 1 schedules, got 1",
    ],
    [
      of(
        (o) =>
          new SequentialLR(
            o,
            [1, 2, 3].map(() => new StepLR(o, 1)),
            [5, 2],
          ),
      ),
      "SequentialLR: expected milestones in order, got [5,2]",
    ],
    [
      of((o) => new SequentialLR(o, [new StepLR(o, 1), new StepLR(optimizerOf(1), 1)], [2])),
      "SequentialLR: expected schedules of one optimizer, got StepLR of another at 1",
    ],
    [
      of(
        (o) =>
          new SequentialLR(o, [new StepLR(o, 1), new ChainedScheduler([new StepLR(o, 1)])], [2]),
      ),
      "SequentialLR: expected schedules that start anew after the first, got ChainedScheduler at 1",
    ],
    [() => new ChainedScheduler([]), "ChainedScheduler: expected schedules, got an empty list"],
    [
      of((o) => new ChainedScheduler([new StepLR(o, 1), new StepLR(optimizerOf(1), 1)])),
      "ChainedScheduler: expected schedules of one optimizer, got StepLR of another at 1",
    ],
  ])("%#: %s", (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
