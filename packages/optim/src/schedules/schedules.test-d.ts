// Checked by `tsc -p packages/optim`: which optimizers and options the compiler accepts.
import { expectTypeOf } from "vitest";
import { type Adagrad, type Adam, type Muon, SGD } from "../index.ts";
import {
  type LRScheduler,
  OneCycleLR,
  type ReduceLROnPlateau,
  type ScheduledOptimizer,
  StepLR,
} from "./index.ts";

declare const sgd: SGD;

// Every optimizer of the package fits, also those without momentum.
expectTypeOf<SGD | Adam | Adagrad | Muon>().toExtend<ScheduledOptimizer>();

// A one-cycle schedule has to know the length of the run.
new OneCycleLR(sgd, 0.1, { totalSteps: 10 });
new OneCycleLR(sgd, [0.1], { epochs: 2, stepsPerEpoch: 5, pctStart: 0.1 });
// @ts-expect-error no length
new OneCycleLR(sgd, 0.1, {});
// @ts-expect-error no stepsPerEpoch
new OneCycleLR(sgd, 0.1, { epochs: 2 });
// @ts-expect-error unknown option
new OneCycleLR(sgd, 0.1, { totalSteps: 10, maxLr: 1 });

// A plateau needs a metric, the others take none, and so it is no part of a sequence.
expectTypeOf<LRScheduler["step"]>().toEqualTypeOf<() => void>();
expectTypeOf<ReduceLROnPlateau["step"]>().toEqualTypeOf<(metric: number) => void>();
expectTypeOf<StepLR>().toExtend<LRScheduler>();
expectTypeOf<ReduceLROnPlateau>().not.toExtend<LRScheduler>();

// @ts-expect-error no groups with a learning rate
new StepLR({ paramGroups: [{ rate: 1 }] }, 3);
// @ts-expect-error a group's option of another optimizer
new SGD([{ params: [], betas: [0.9, 0.99] }]);
