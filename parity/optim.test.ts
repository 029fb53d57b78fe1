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
import {
  camelCase,
  fromTorch,
  LAYOUT,
  type Numbers,
  stored,
  type TorchOptions,
  type TorchStateDict,
} from "./optim-case.ts";

/** Relative to the larger of 1 and the value: 100 updates, each rounded to float32 (6e-8 at 1). */
const TOLERANCE = 1e-6;
/** Of tiny gradients, relative to the largest total update. */
const UPDATE_TOLERANCE = 2e-6;

interface Case {
  readonly name: "SGD" | "Adam" | "AdamW";
  readonly options: TorchOptions;
  readonly group?: TorchOptions;
  readonly skip?: boolean;
  readonly scale?: number;
  readonly saved: readonly { readonly step: number; readonly params: readonly Numbers[] }[];
  readonly state_dict: TorchStateDict;
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
    optimizer.loadStateDict(fromTorch(item.state_dict));
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
      const made = variable(
        stored(
          torch.map((v) => v * zero),
          shape,
        ),
      );
      return i > 0 ? made : Object.assign(made, { layout: LAYOUT });
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
    return stored(scaled, start[i]?.shape ?? []);
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
