import {
  Adam,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  type LRScheduler,
  type LrLambda,
  MultiplicativeLR,
  MultiStepLR,
  type OneCycleLength,
  OneCycleLR,
  type Optimizer,
  PolynomialLR,
  ReduceLROnPlateau,
  type ScheduledOptimizer,
  type ScheduleStateDict,
  SequentialLR,
  SGD,
  StepLR,
} from "@kindling/optim";
import { activateBackend } from "@kindling/testing";
import { scalar, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { camelCase, type Numbers } from "./optim-case.ts";

/** Relative. The same float64 formula in the same order: only cos and pow may differ, in their last bit, and add up. */
const TOLERANCE = 1e-12;

type Options = Readonly<Record<string, never>>;
type Part = readonly [name: string, options: Options];
interface Case {
  readonly name: string;
  readonly options: Options;
  readonly optimizer?: "Adam";
  readonly outside?: number;
  readonly metrics?: Numbers;
  readonly rates: readonly Numbers[];
  readonly momenta?: readonly Numbers[];
  readonly state_dict: ScheduleStateDict;
  readonly groups: readonly Readonly<Record<string, never>>[];
}
type Schedule = LRScheduler | ReduceLROnPlateau;

const { lrs, resumed, cases } = fixture<{ lrs: Numbers; resumed: number; cases: Case[] }>(
  "schedules",
);
const LAMBDAS: Readonly<Record<string, LrLambda>> = {
  inverse: (epoch) => 1 / (1 + epoch),
  wave: (epoch) => 1 + 0.25 * Math.cos(epoch / 7),
  decay: () => 0.97,
};
const titled = cases.map((item) => {
  const { rates: _, momenta: __, state_dict: ___, groups: ____, metrics: _____, ...rest } = item;
  return [JSON.stringify(rest), item] as const;
});

beforeAll(() => activateBackend("cpu"));

describe("120 steps of a schedule set PyTorch's rates and momenta", () => {
  it.each(titled)("%s", (_, item) => {
    const optimizer = optimizerOf(item);
    const schedule = make(item.name, item.options, optimizer);
    expectGroups(optimizer, item, 0);
    for (let t = 1; t < item.rates.length; t++) {
      take(schedule, optimizer, item, t);
      expectGroups(optimizer, item, t);
      expectRates(schedule.lastLr, item.rates[t] ?? [], `lastLr after ${t}`);
    }
  });
});

describe("A schedule that PyTorch saved goes on with the same rates and momenta", () => {
  it.each(titled)("%s", (_, item) => {
    const optimizer = optimizerOf(item);
    const schedule = make(item.name, item.options, optimizer);
    item.groups.forEach((group, i) => {
      Object.assign(optimizer.paramGroups[i] as object, camelCase(group));
    });
    schedule.loadStateDict(item.state_dict);
    expectRates(schedule.lastLr, item.rates[resumed] ?? [], "lastLr");
    for (let t = resumed + 1; t < item.rates.length; t++) {
      take(schedule, optimizer, item, t);
      expectGroups(optimizer, item, t);
    }
  });
});

describe("A schedule's state, as JSON, with the optimizer's", () => {
  it.each(titled)("resumes: %s", async (_, item) => {
    const optimizer = optimizerOf(item);
    const schedule = make(item.name, item.options, optimizer);
    for (let t = 1; t <= resumed; t++) take(schedule, optimizer, item, t);
    const saved = JSON.stringify([await optimizer.stateDict(), schedule.stateDict()]);
    const other = optimizerOf(item);
    const again = make(item.name, item.options, other);
    const [ofOptimizer, ofSchedule] = JSON.parse(saved);
    other.loadStateDict(ofOptimizer);
    again.loadStateDict(ofSchedule);
    for (let t = resumed + 1; t < item.rates.length; t++) {
      take(schedule, optimizer, item, t);
      take(again, other, item, t);
      expect(again.lastLr).toEqual(schedule.lastLr);
      expectGroups(other, item, t);
    }
    expect(again.stateDict()).toEqual(schedule.stateDict());
  });

  it.each(titled)("has PyTorch's names and values: %s", async (_, item) => {
    const optimizer = optimizerOf(item);
    const schedule = make(item.name, item.options, optimizer);
    for (let t = 1; t <= resumed; t++) take(schedule, optimizer, item, t);
    expectWithin(JSON.parse(JSON.stringify(schedule.stateDict())), item.state_dict, item.name);
    const { param_groups } = await optimizer.stateDict();
    param_groups.forEach(({ params: __, ...group }, i) => {
      expectWithin(group, item.groups[i], `group ${i}`);
    });
  });
});

function optimizerOf({ optimizer }: Case): Optimizer<{ lr: number }> {
  const groups = lrs.map((lr) => {
    const initial = scalar(0);
    const param = variable(initial);
    initial.dispose();
    return { params: [param], lr };
  });
  if (optimizer === "Adam") return new Adam(groups, { betas: [0.9, 0.99] });
  return new SGD(groups, { momentum: 0.9 });
}

/** What is positional in Kindling; everything else is an option of the same name. */
interface Positional {
  readonly stepSize: number;
  readonly gamma: number;
  readonly milestones: Numbers;
  readonly tMax: number;
  readonly t0: number;
  readonly baseLr: number;
  readonly maxLr: number;
  readonly lrLambda: string | readonly string[];
  readonly parts: readonly Part[];
}

function make(name: string, options: Options, optimizer: ScheduledOptimizer): Schedule {
  const lower = Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]);
  const others = camelCase(Object.fromEntries(lower));
  const { stepSize, gamma, milestones, tMax, t0, baseLr, maxLr, lrLambda, parts } =
    others as unknown as Positional;
  const schedules = (): LRScheduler[] =>
    parts.map(([of, own]) => make(of, own, optimizer) as LRScheduler);
  switch (name) {
    case "StepLR":
      return new StepLR(optimizer, stepSize, others);
    case "MultiStepLR":
      return new MultiStepLR(optimizer, milestones, others);
    case "ConstantLR":
      return new ConstantLR(optimizer, others);
    case "LinearLR":
      return new LinearLR(optimizer, others);
    case "ExponentialLR":
      return new ExponentialLR(optimizer, gamma);
    case "PolynomialLR":
      return new PolynomialLR(optimizer, others);
    case "CosineAnnealingLR":
      return new CosineAnnealingLR(optimizer, tMax, others);
    case "CosineAnnealingWarmRestarts":
      return new CosineAnnealingWarmRestarts(optimizer, t0, others);
    case "CyclicLR": {
      const { scaleFn, ...rest } = others as unknown as { scaleFn?: string };
      const scale = scaleFn === undefined ? {} : { scaleFn: LAMBDAS[scaleFn] as LrLambda };
      return new CyclicLR(optimizer, baseLr, maxLr, { ...rest, ...scale });
    }
    case "OneCycleLR":
      return new OneCycleLR(optimizer, maxLr, others as unknown as OneCycleLength);
    case "MultiplicativeLR":
      return new MultiplicativeLR(optimizer, lambda(lrLambda));
    case "LambdaLR":
      return new LambdaLR(optimizer, lambda(lrLambda));
    case "ReduceLROnPlateau":
      return new ReduceLROnPlateau(optimizer, others);
    case "SequentialLR":
      return new SequentialLR(optimizer, schedules(), milestones);
    case "ChainedScheduler":
      return new ChainedScheduler(schedules());
    default:
      throw new Error(`no schedule ${name}`);
  }
}

function lambda(name: string | readonly string[]): LrLambda | LrLambda[] {
  return typeof name === "string"
    ? (LAMBDAS[name] as LrLambda)
    : name.map((n) => LAMBDAS[n] as LrLambda);
}

function take(schedule: Schedule, optimizer: ScheduledOptimizer, item: Case, t: number): void {
  if (t === item.outside) for (const group of optimizer.paramGroups) group.lr *= 0.5;
  schedule.step(item.metrics?.[t - 1] as number);
}

function expectGroups(optimizer: ScheduledOptimizer, item: Case, t: number): void {
  const { paramGroups } = optimizer;
  expectRates(
    paramGroups.map(({ lr }) => lr),
    item.rates[t] ?? [],
    `rates after ${t}`,
  );
  const momenta = item.momenta?.[t] ?? [0.9, 0.9];
  const received = paramGroups.map(({ betas, momentum }) => betas?.[0] ?? (momentum as number));
  expectRates(received, momenta, `momenta after ${t}`);
}

function expectRates(received: Numbers, expected: Numbers, title: string): void {
  expect(received.length).toBe(expected.length);
  expected.forEach((value, i) => {
    const error = Math.abs((received[i] ?? Number.NaN) - value);
    if (!(error <= TOLERANCE * Math.abs(value))) {
      expect.fail(`${title}, group ${i}: expected ${value}, got ${received[i]} (off by ${error})`);
    }
  });
}

/**
 * Each value of `received` is in `torch` under the same name, and numbers are close. Steps are counted for
 * torch only, whose warm restarts do not count theirs.
 */
function expectWithin(received: unknown, torch: unknown, title: string): void {
  if (typeof received === "number" && typeof torch === "number") {
    expectRates([received], [torch], title);
  } else if (received !== null && typeof received === "object") {
    expect(Array.isArray(received), title).toBe(Array.isArray(torch));
    if (Array.isArray(received)) expect(received.length, title).toBe((torch as unknown[]).length);
    for (const [name, value] of Object.entries(received)) {
      if (name === "_step_count") expect(torch, title).toHaveProperty(name);
      else expectWithin(value, (torch as Record<string, unknown>)[name], `${title}.${name}`);
    }
  } else {
    expect(received, title).toBe(torch);
  }
}
