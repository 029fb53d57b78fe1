import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adamax,
  ASGD,
  type HostTensor,
  Lion,
  Muon,
  NAdam,
  type Optimizer,
  type OptimizerStateDict,
  RAdam,
  RMSprop,
  Rprop,
} from "@kindling/optim";
import { describeOnBackends, expectClose, values } from "@kindling/testing";
import { type Tensor, tidy, transpose, type Variable, variable } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";
import {
  camelCase,
  fromTorch,
  LAYOUT,
  type Numbers,
  stored,
  type TorchOptions,
  type TorchStateDict,
} from "./optim-case.ts";

/** Relative to the larger of 1 and the value, with `scale` to the largest value: 100 updates, each rounded to float32 (6e-8 at 1). */
const TOLERANCE = 1e-6;
/**
 * Torch's float32 is up to `noise` away from its float64, and so may Kindling's be, to the other side. It is more
 * than the tolerance where weights grow beyond 1 step by step or roundings are multiplied (Muon): 3.4e-6 at most.
 */
const SIDES = 2;

interface Case {
  readonly name: keyof typeof CLASSES;
  readonly data: "mixed" | "matrices";
  readonly options: TorchOptions;
  readonly group?: TorchOptions;
  readonly change?: TorchOptions;
  readonly skip?: boolean;
  readonly scale?: number;
  readonly noise: number;
  readonly saved: readonly { readonly step: number; readonly params: readonly Numbers[] }[];
  readonly state_dicts: { readonly 50: TorchStateDict; readonly 100: TorchStateDict };
}
interface Data {
  readonly start: FixtureTensor[];
  readonly gradients: Numbers[][];
}
const { data, cases, bfloat16 } = fixture<{
  data: { mixed: Data; matrices: Data };
  cases: Case[];
  bfloat16: { options: TorchOptions; distance: number; params: Numbers[] };
}>("optimizers");

const CLASSES = {
  Adadelta,
  Adafactor,
  Adagrad,
  Adamax,
  ASGD,
  Lion,
  Muon,
  NAdam,
  RAdam,
  RMSprop,
  Rprop,
};

const titled = cases.map((item) => {
  const { saved: _, state_dicts: __, noise: ___, data: ____, ...rest } = item;
  return [JSON.stringify(rest), item] as const;
});

describeOnBackends("100 steps equal PyTorch's", () => {
  it.each(titled)("%s", async (_, item) => {
    const params = parametersOf(item);
    const optimizer = make(item, params);
    await run(optimizer, params, item, 1);
    discard(optimizer, params);
  });
});

describeOnBackends("A state that PyTorch saved after 50 steps continues to the same values", () => {
  it.each(titled)("%s", async (_, item) => {
    const params = parametersOf(item);
    const optimizer = make(item, params);
    optimizer.loadStateDict(fromTorch(item.state_dicts[50]));
    const middle = item.saved.find(({ step }) => step === 50)?.params ?? [];
    params.forEach((param, i) => {
      const value = stored(middle[i] ?? [], data[item.data].start[i]?.shape ?? []);
      param.assign(value);
      value.dispose();
    });
    await run(optimizer, params, item, 51);
    discard(optimizer, params);
  });
});

describeOnBackends("Muon", () => {
  it("is as far from PyTorch's bfloat16 as PyTorch's float32 is", () => {
    const item = {
      ...(cases.find(({ name }) => name === "Muon") as Case),
      options: bfloat16.options,
    };
    const params = parametersOf(item);
    const optimizer = make(item, params);
    for (let step = 1; step <= 100; step++) optimizer.update(gradientsOf(item, step));
    params.forEach((param, i) => {
      const tolerance = bfloat16.distance + TOLERANCE;
      expectClose(param, bfloat16.params[i] ?? [], { tolerance, title: `parameter ${i}` });
    });
    discard(optimizer, params);
  });
});

/** Takes the steps from `first` to 100 and compares on the way. */
async function run(
  optimizer: Optimizer<{ lr: number }>,
  params: readonly Variable[],
  item: Case,
  first: number,
): Promise<void> {
  for (let step = first; step <= 100; step++) {
    optimizer.update(gradientsOf(item, step));
    const expected = item.saved.find((saved) => saved.step === step)?.params ?? [];
    expected.forEach((torch, i) => {
      const title = `parameter ${i} after step ${step}`;
      expectParameter(params[i] as Variable, torch, item, title);
    });
    if (step === 50) {
      for (const group of optimizer.paramGroups) Object.assign(group, camelCase(item.change ?? {}));
    }
    if (step === 50 || step === 100) {
      expectStateDict(await optimizer.stateDict(), item.state_dicts[step], item.noise);
    }
  }
}

function parametersOf({ data: kind, scale }: Case): Variable[] {
  const zero = scale === undefined ? 1 : 0;
  return data[kind].start.map(({ shape, values: torch }) =>
    tidy(() => {
      const value = variable(
        stored(
          torch.map((v) => v * zero),
          shape,
        ),
      );
      return shape.length === 4 ? Object.assign(value, { layout: LAYOUT }) : value;
    }),
  );
}

function make({ name, options, group }: Case, [w, b]: Variable[]): Optimizer<{ lr: number }> {
  const params = [w as Variable, b as Variable];
  const groups = [
    { params: [w as Variable] },
    { params: [b as Variable], ...camelCase(group ?? {}) },
  ];
  return new CLASSES[name](group === undefined ? params : groups, camelCase(options));
}

function gradientsOf({ data: kind, skip, scale = 1 }: Case, step: number): (Tensor | null)[] {
  const { start, gradients } = data[kind];
  return start.map(({ shape }, i) => {
    if (skip && i === 1 && step % 3 === 1) return null;
    const torch = gradients[step - 1]?.[i] ?? [];
    return stored(
      torch.map((v) => Math.fround(v * Math.fround(scale))),
      shape,
    );
  });
}

function expectParameter(
  param: Variable,
  torch: Numbers,
  { noise, scale }: Case,
  title: string,
): void {
  const received = tidy(() => values(param.rank === 4 ? transpose(param, LAYOUT) : param));
  const unit = scale === undefined ? 1 : Math.max(...torch.map(Math.abs));
  expectClose(
    received.map((v) => v / unit),
    torch.map((v) => v / unit),
    { tolerance: Math.max(TOLERANCE, SIDES * noise), title },
  );
}

function expectStateDict(received: OptimizerStateDict, torch: TorchStateDict, noise: number): void {
  received.param_groups.forEach((group, i) => {
    expect(torch.param_groups[i]).toMatchObject(withoutDefaults(group));
  });
  expect(Object.keys(received.state)).toEqual(Object.keys(torch.state));
  for (const [index, entry] of Object.entries(torch.state)) {
    const own = received.state[Number(index)] ?? {};
    expect(Object.keys(own).sort()).toEqual(Object.keys(entry).sort());
    for (const [name, value] of Object.entries(entry)) {
      if (typeof value === "number") {
        expect(own[name], `${name} of ${index}`).toBe(value);
        continue;
      }
      const { shape, data: host } = own[name] as HostTensor;
      expect(shape).toEqual(value.shape);
      const largest = Math.max(...value.values.map(Math.abs));
      const unit = (list: ArrayLike<number>) => Array.from(list, (v) => v / largest);
      expectClose(unit(host), unit(value.values), {
        tolerance: Math.max(TOLERANCE, SIDES * noise),
        title: `${name} of ${index}`,
      });
    }
  }
}

/** Torch's `adjust_lr_fn` of None is what Kindling calls "original". */
function withoutDefaults(group: object): object {
  const { adjust_lr_fn: adjust, ...rest } = group as { adjust_lr_fn?: string };
  return adjust === undefined || adjust === "original" ? rest : group;
}

function discard(optimizer: Optimizer<{ lr: number }>, params: readonly Variable[]): void {
  optimizer.dispose();
  for (const param of params) param.dispose();
}
