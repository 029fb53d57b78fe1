import { hasKernel } from "@kindling/core";
import {
  Adam,
  AdamW,
  clipGradNorm,
  clipGradValue,
  type Gradients,
  type HostTensor,
  type Optimizer,
  type OptimizerStateDict,
  SGD,
} from "@kindling/optim";
import {
  activateBackend,
  type BackendName,
  describeOnBackends,
  expectClose,
  values,
} from "@kindling/testing";
import {
  getKernel,
  type KernelConfig,
  registerKernel,
  tensor,
  tidy,
  transpose,
  unregisterKernel,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";

/** Relative to the larger of 1 and the value: 100 updates, each rounded to float32 (6e-8 at 1). */
const TOLERANCE = 1e-6;
/** Of tiny gradients, relative to the largest total update. */
const UPDATE_TOLERANCE = 2e-6;

type Numbers = readonly number[];
type TorchOptions = Readonly<Record<string, number | boolean | readonly number[] | null>>;
interface Case {
  readonly name: "SGD" | "Adam" | "AdamW";
  readonly options: TorchOptions;
  readonly group?: TorchOptions;
  readonly skip?: boolean;
  readonly scale?: number;
  readonly saved: readonly { readonly step: number; readonly params: readonly Numbers[] }[];
  readonly state_dict: {
    readonly state: Readonly<Record<string, Readonly<Record<string, number | FixtureTensor>>>>;
    readonly param_groups: readonly (TorchOptions & { readonly params: Numbers })[];
  };
}
interface Clip {
  readonly max_norm: number;
  readonly norm_type: string;
  readonly norm: number;
  readonly clipped: readonly Numbers[];
}
const { start, gradients, cases, clip, clip_value } = fixture<{
  start: FixtureTensor[];
  gradients: Numbers[][];
  cases: Case[];
  clip: Clip[];
  clip_value: { limit: number; clipped: Numbers[] };
}>("optim");

/** Stored [kh, kw, in, out]; torch's OIHW is these axes of it. */
const LAYOUT = [3, 2, 0, 1];
const INVERSE = [2, 3, 1, 0];
const CLASSES = { SGD, Adam, AdamW };
const STEPS = ["KindlingAdamStep", "KindlingSgdStep"];

const titled = cases.map((item) => {
  const { saved: _, state_dict: __, ...rest } = item;
  return [JSON.stringify(rest), item] as const;
});

describe.each<[BackendName, "composed" | "fused"]>([
  ["cpu", "composed"],
  ["wasm", "composed"],
  ["wasm", "fused"],
])("100 steps equal PyTorch's on %s, %s", (backend, kind) => {
  const withdrawn: KernelConfig[] = [];
  beforeAll(async () => {
    await activateBackend(backend);
    expect(STEPS.every(hasKernel)).toBe(backend === "wasm");
    if (kind === "fused" || backend === "cpu") return;
    for (const name of STEPS) {
      withdrawn.push(getKernel(name, backend));
      unregisterKernel(name, backend);
    }
  });
  afterAll(() => {
    for (const kernel of withdrawn) registerKernel(kernel);
  });

  it.each(titled)("%s", async (_, item) => {
    const params = parametersOf(item);
    const optimizer = make(item, params);
    const saved = new Map(item.saved.map(({ step, params: expected }) => [step, expected]));
    gradients.forEach((step, i) => {
      optimizer.update(gradientsOf(item, step, i + 1));
      saved.get(i + 1)?.forEach((expected, at) => {
        const title = `parameter ${at} after step ${i + 1}`;
        expectParameter(params[at] as Variable, expected, item, title);
      });
    });
    expectStateDict(await optimizer.stateDict(), item);
    optimizer.dispose();
    for (const param of params) param.dispose();
  });
});

describeOnBackends("A state dict made by PyTorch", () => {
  it.each(titled)("is read: %s", async (_, item) => {
    const params = parametersOf(item);
    const optimizer = make(item, params);
    optimizer.loadStateDict(fromTorch(item));
    expectStateDict(await optimizer.stateDict(), item);
    optimizer.dispose();
    for (const param of params) param.dispose();
  });
});

describeOnBackends("Clipping equals PyTorch's", () => {
  const shapes = [[2, 3], [4], []];
  const unclipped = clip.find(({ norm, max_norm }) => norm < max_norm) as Clip;
  const example = (): Gradients =>
    shapes.map((shape, i) => tensor([...(unclipped.clipped[i] as Numbers)], shape));

  it.each(clip)("clipGradNorm to $max_norm, norm $norm_type", (item) => {
    const list = example();
    const normType = item.norm_type === "inf" ? Number.POSITIVE_INFINITY : Number(item.norm_type);
    const norm = clipGradNorm(list, item.max_norm, { normType });
    expectClose(norm, [item.norm]);
    list.forEach((gradient, i) => {
      expectClose(gradient ?? [], item.clipped[i] as Numbers);
      gradient?.dispose();
    });
    norm.dispose();
  });

  it("clipGradValue", () => {
    const list = example();
    clipGradValue(list, clip_value.limit);
    list.forEach((gradient, i) => {
      expectClose(gradient ?? [], clip_value.clipped[i] as Numbers);
      gradient?.dispose();
    });
  });
});

function parametersOf({ scale }: Case): Variable[] {
  const zero = scale === undefined ? 1 : 0;
  return start.map(({ shape, values: torch }, i) =>
    tidy(() => {
      const value = tensor(
        torch.map((v) => v * zero),
        shape,
      );
      if (i > 0) return variable(value);
      return Object.assign(variable(transpose(value, INVERSE)), { layout: LAYOUT });
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

function gradientsOf(
  { skip, scale = 1 }: Case,
  step: readonly Numbers[],
  count: number,
): Gradients {
  return step.map((torch, i) => {
    if (skip && i === 1 && count % 3 === 1) return null;
    const scaled = torch.map((v) => Math.fround(v * Math.fround(scale)));
    const shape = start[i]?.shape ?? [];
    return tidy(() =>
      i === 0 ? transpose(tensor(scaled, shape), INVERSE) : tensor(scaled, shape),
    );
  });
}

function expectParameter(param: Variable, expected: Numbers, { scale }: Case, title: string): void {
  const received = tidy(() => values(param.rank === 4 ? transpose(param, LAYOUT) : param));
  if (scale === undefined) {
    expectClose(received, expected, { tolerance: TOLERANCE, title });
    return;
  }
  const largest = Math.max(...expected.map(Math.abs));
  expectClose(
    received.map((v) => v / largest),
    expected.map((v) => v / largest),
    { tolerance: UPDATE_TOLERANCE, title },
  );
}

function expectStateDict(received: OptimizerStateDict, { state_dict: torch }: Case): void {
  expect(received.param_groups.length).toBe(torch.param_groups.length);
  received.param_groups.forEach((group, i) => {
    expect(torch.param_groups[i]).toMatchObject(group);
  });
  expect(Object.keys(received.state)).toEqual(Object.keys(torch.state));
  for (const [index, entry] of Object.entries(torch.state)) {
    const own = received.state[Number(index)] ?? {};
    expect(Object.keys(own).sort()).toEqual(Object.keys(entry).sort());
    for (const [name, value] of Object.entries(entry)) {
      if (typeof value === "number") {
        expect(own[name]).toBe(value);
      } else {
        const { shape, data } = own[name] as HostTensor;
        expect(shape).toEqual(value.shape);
        const largest = Math.max(...value.values.map(Math.abs));
        const unit = (numbers: ArrayLike<number>) => Array.from(numbers, (v) => v / largest);
        const title = `${name} of ${index}`;
        expectClose(unit(data), unit(value.values), { tolerance: UPDATE_TOLERANCE, title });
      }
    }
  }
}

function fromTorch({ state_dict }: Case): OptimizerStateDict {
  const state = Object.entries(state_dict.state).map(([index, entry]) => [
    index,
    Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, host(value)])),
  ]);
  return { state: Object.fromEntries(state), param_groups: state_dict.param_groups };
}

function host(value: number | FixtureTensor): number | HostTensor {
  if (typeof value === "number") return value;
  return { shape: value.shape, data: Float32Array.from(value.values), dtype: "float32" };
}

function camelCase(options: TorchOptions): Record<string, never> {
  const entries = Object.entries(options).map(([name, value]) => [
    name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}
