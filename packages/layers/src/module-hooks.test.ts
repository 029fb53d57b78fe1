import { valueAndGrad } from "@kindling/core";
import { activateBackend, expectTensors, values } from "@kindling/testing";
import {
  clone,
  keep,
  memory,
  mul,
  neg,
  ones,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  zeros,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type AnyModule,
  BatchNorm1d,
  CrossEntropyLoss,
  Identity,
  Linear,
  Module,
  ReLU,
  Sequential,
} from "./index.ts";

beforeAll(() => activateBackend("cpu"));

let model: Sequential<readonly [Linear, ReLU, Linear]>;
let x: Tensor2D;
let log: string[];
beforeEach(() => {
  model = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1));
  x = tensor2d([[1, -2]]);
  log = [];
});
afterEach(() => {
  model.dispose();
  x.dispose();
});

/** The values of an output, which it disposes. */
const read = (output: Tensor): number[] => {
  const result = values(output);
  output.dispose();
  return result;
};

test("hooks are called with the module, a list of its inputs and its output, in the order given", () => {
  const handles = [
    model.registerForwardHook((module, inputs, output) => {
      log.push(`first ${module === model} [${inputs.map((t) => t.shape)}] [${output.shape}]`);
    }),
    model.registerForwardHook(() => void log.push("second")),
    model.registerForwardPreHook((module, [input]) => {
      log.push(`before ${module === model} ${input === x}`);
    }),
  ];
  for (const layer of model) layer.registerForwardHook((m) => void log.push(m.constructor.name));
  read(model.forward(x));
  expect(log).toEqual([
    "before true true",
    ...["Linear", "ReLU", "Linear"],
    "first true [1,2] [1,1]",
    "second",
  ]);
  for (const handle of handles) handle.remove();
});

test("what a hook returns replaces the inputs, or the output, for those after it and the caller", () => {
  const layer = new Linear(2, 1);
  const plain = read(layer.forward(x))[0] as number;
  const bias = values(layer.bias as Tensor)[0] as number;
  const doubled = layer.registerForwardPreHook((_, [input]) => [mul(input, 2)]);
  expect(read(layer.forward(x))[0]).toBeCloseTo(2 * (plain - bias) + bias, 5);
  layer.registerForwardHook((_, [input], output) => {
    log.push(String(values(input)));
    return neg(output);
  });
  layer.registerForwardHook((_, __, output) => void log.push(String(values(output)[0])));
  const expected = -(2 * (plain - bias) + bias);
  expect(read(layer.forward(x))[0]).toBeCloseTo(expected, 5);
  expect(log[0]).toBe("2,-4");
  expect(Number(log[1])).toBeCloseTo(expected, 5);
  doubled.remove();
  expect(read(layer.forward(x))[0]).toBeCloseTo(-plain, 5);
  layer.dispose();
});

test("gradients go through what hooks return, and hooks that only look change none", () => {
  const gradientOf = (): number[] => {
    const { value, gradients } = valueAndGrad(
      () => sum(model.forward(x)) as Scalar,
      model.parameters().slice(-1),
    );
    value.dispose();
    return gradients.flatMap((gradient) => read(gradient as Tensor));
  };
  const before = gradientOf();
  const looking = model.registerForwardHook((_, __, output) => void mul(output, 5));
  expect(gradientOf()).toEqual(before);
  model.registerForwardHook((_, __, output) => mul(output, 3) as Tensor);
  expect(gradientOf()).toEqual(before.map((value) => 3 * value));
  looking.remove();
});

test("the last hook's removal leaves the module as it was, with no field of its own", () => {
  const { forward } = model;
  const fields = Object.getOwnPropertyNames(model);
  const [first, second, third] = [
    model.registerForwardHook(() => void log.push("first")),
    model.registerForwardHook(() => void log.push("second")),
    model.registerForwardPreHook(() => void log.push("before")),
  ];
  expect(Object.keys(model)).toEqual(fields);
  first.remove();
  first.remove();
  third.remove();
  read(model.forward(x));
  expect(log).toEqual(["second"]);
  second.remove();
  expect(Object.getOwnPropertyNames(model)).toEqual(fields);
  expect(model.forward).toBe(forward);
  const again = model.registerForwardHook(() => void log.push("again"));
  second.remove();
  read(model.forward(x));
  expect(log).toEqual(["second", "again"]);
  again.remove();
});

test("a function registered twice is called twice, and may take itself off while it runs", () => {
  const hook = (): void => void log.push("hook");
  model.registerForwardHook(hook);
  model.registerForwardHook(hook);
  const once = model.registerForwardHook(() => {
    once.remove();
    log.push("once");
  });
  read(model.forward(x));
  read(model.forward(x));
  expect(log).toEqual(["hook", "hook", "once", "hook", "hook"]);
});

test("a forward that is a field is hooked and put back", () => {
  class Own extends Module {
    override forward = (input: Tensor): Tensor => mul(input, 2);
  }
  const module = new Own();
  const { forward } = module;
  const handle = module.registerForwardHook((_, __, output) => mul(output, 5));
  expect(read(module.forward(x))).toEqual([10, -20]);
  handle.remove();
  expect(module.forward).toBe(forward);
  expect(read(module.forward(x))).toEqual([2, -4]);
});

test("another wrapper around the hooks survives their removal", () => {
  const handle = model.registerForwardHook(() => void log.push("hook"));
  const { forward } = model;
  model.forward = (...inputs) => {
    log.push("wrapped");
    return forward(...inputs);
  };
  handle.remove();
  read(model.forward(x));
  expect(log).toEqual(["wrapped"]);
});

test("parts, state, printed form and mode are those of the module without hooks", async () => {
  const normed = new Sequential(new Linear(2, 2), new BatchNorm1d(2));
  const seen = async () => [
    normed.namedParameters().map(([name]) => name),
    normed.namedModules().map(([name]) => name),
    await normed.stateDict(),
    String(normed),
  ];
  const before = await seen();
  for (const module of normed.modules()) module.registerForwardHook(() => {});
  expect(await seen()).toEqual(before);
  expect(
    normed
      .eval()
      .modules()
      .some(({ training }) => training),
  ).toBe(false);
  normed.dispose();
});

test("hooks leave no tensor, whatever they make, replace or throw", async () => {
  const seen: number[] = [];
  await expectTensors(() => {
    const handles = [
      model.registerForwardPreHook((_, [input]) => [neg(input)]),
      model.at(0)?.registerForwardHook(() => void ones([10])),
      model.registerForwardHook((_, __, output) => mul(output, 2) as Tensor),
    ];
    read(model.forward(x));
    let kept: Tensor | undefined;
    const keeping = model.registerForwardHook((_, __, output) => {
      kept = keep(clone(output));
    });
    const count = memory().numTensors;
    read(model.forward(x));
    expect(memory().numTensors).toBe(count + 1);
    if (kept !== undefined) seen.push(...read(kept));
    keeping.remove();
    const failing = model.registerForwardHook(() => {
      throw new Error("from the hook");
    });
    expect(() => model.forward(x)).toThrow("from the hook");
    failing.remove();
    for (const handle of handles) handle?.remove();
  });
  expect(seen).toHaveLength(1);
});

test("the output may be the input, several tensors or none", async () => {
  class Split extends Module<Tensor, { readonly parts: readonly Tensor[]; readonly n: number }> {
    override forward(input: Tensor): { readonly parts: readonly Tensor[]; readonly n: number } {
      return { parts: [neg(input), mul(input, 2)], n: 2 };
    }
  }
  const split = new Split();
  split.registerForwardHook((_, __, { n }) => void log.push(`${n} parts`));
  const identity = new Identity();
  identity.registerForwardHook(() => {});
  await expectTensors(() => {
    const { parts, n } = split.forward(x);
    expect([...parts.flatMap(read), n]).toEqual([-1, 2, 2, -4, 2]);
    const same = identity.forward(x);
    if (same !== x) same.dispose();
  });
  expect(x.isDisposed).toBe(false);
  expect(log).toEqual(["2 parts"]);
});

test("a loss has two inputs", async () => {
  const loss = new CrossEntropyLoss();
  loss.registerForwardHook((_, [scores, target], output) => {
    log.push(`[${scores.shape}] [${target.shape}] [${output.shape}]`);
  });
  await expectTensors(() => {
    const [scores, target] = [zeros([4, 3]), ones([4, 3])];
    for (const tensor of [loss.forward(scores, target), scores, target]) tensor.dispose();
  });
  expect(log).toEqual(["[4,3] [4,3] []"]);
});

test("refuses a promise, and inputs that are no list", () => {
  const any: AnyModule = model;
  const later = any.registerForwardHook(async () => {});
  expect(() => model.forward(x)).toThrow(
    "registerForwardHook: expected the hook of Sequential to return at once, got a promise",
  );
  later.remove();
  any.registerForwardPreHook((() => x) as () => never);
  expect(() => model.forward(x)).toThrow(
    "registerForwardPreHook: expected the hook of Sequential to return a list of inputs or nothing, got a Tensor; return [x]",
  );
});
