import { Adam, AdamW, type Optimizer, SGD } from "@kindling/optim";
import { activateBackend, expectClose, expectTensors, values } from "@kindling/testing";
import {
  conv2d,
  fused,
  getKernel,
  type KernelConfig,
  matMul,
  memory,
  ones,
  registerKernel,
  reshape,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor2d,
  tidy,
  unregisterKernel,
  type Variable,
  variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const NAMES = ["KindlingAdamStep", "KindlingSgdStep"];
/** Between float32 and float64 arithmetic over 20 steps. */
const TOLERANCE = 1e-6;

const live: Variable[] = [];
const make = (value: Tensor): Variable => {
  const made = variable(value);
  value.dispose();
  live.push(made);
  return made;
};
const gradient = (shape: number[], seed: number): Tensor =>
  tidy(() => {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Array.from({ length: size }, (_, i) => Math.sin(1 + i * 1.7 + seed * 2.3));
    return reshape(tensor1d(data), shape);
  });

describe("The fused optimizer steps on wasm", () => {
  beforeAll(() => activateBackend("wasm"));
  afterEach(() => {
    for (const made of live.splice(0)) made.dispose();
  });

  it.each<[string, (params: Variable[]) => Optimizer<{ lr: number }>]>([
    ["SGD", (params) => new SGD(params, { lr: 0.1 })],
    [
      "SGD weight decay",
      (params) => new SGD(params, { lr: 0.1, weightDecay: 0.1, maximize: true }),
    ],
    ["SGD momentum", (params) => new SGD(params, { lr: 0.1, momentum: 0.9, dampening: 0.2 })],
    ["SGD nesterov", (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true })],
    ["Adam", (params) => new Adam(params, { lr: 0.01 })],
    ["Adam L2", (params) => new Adam(params, { lr: 0.01, weightDecay: 0.1, maximize: true })],
    ["Adam amsgrad", (params) => new Adam(params, { lr: 0.01, amsgrad: true })],
    ["AdamW", (params) => new AdamW(params, { lr: 0.01, weightDecay: 0.1 })],
  ])("equal the composed ops: %s", (_, optimizerOf) => {
    const shapes = [[3, 5], [7], [0, 4], []];
    const run = (): number[] => {
      const params = shapes.map((shape) => make(gradient(shape, 9)));
      const optimizer = optimizerOf(params);
      for (let step = 0; step < 20; step++) {
        optimizer.update(shapes.map((shape, i) => ((i + step) % 3 ? gradient(shape, step) : null)));
      }
      optimizer.dispose();
      return params.flatMap(values);
    };
    const offered = run();
    const kernels = NAMES.map((name) => getKernel(name, "wasm") as KernelConfig);
    for (const name of NAMES) unregisterKernel(name, "wasm");
    const composed = run();
    for (const kernel of kernels) registerKernel(kernel);
    expectClose(offered, composed, { tolerance: TOLERANCE });
  });

  it("work in place: the same memory, no new tensors", () => {
    const w = make(gradient([1000], 0));
    const optimizer = new Adam([w]);
    optimizer.update([gradient([1000], 1)]);
    const { dataId } = w;
    const before = memory();
    for (let step = 0; step < 5; step++) optimizer.update([gradient([1000], step)]);
    expect(w.dataId).toBe(dataId);
    expect(memory()).toEqual(before);
    optimizer.dispose();
  });

  it("leave a reshape that shares the parameter's memory as it was", async () => {
    const w = make(tensor1d([1, 2, 3, 4]));
    const optimizer = new SGD([w], { lr: 1 });
    await expectTensors(() => {
      const view = reshape(w, [2, 2]);
      optimizer.update([tensor1d([1, 1, 1, 1])]);
      expect(values(view)).toEqual([1, 2, 3, 4]);
      expect(values(w)).toEqual([0, 1, 2, 3]);
      view.dispose();
    });
    optimizer.update([tensor1d([1, 1, 1, 1])]);
    expect(values(w)).toEqual([-1, 0, 1, 2]);
  });

  it("keep the values of a state dict that is being read", async () => {
    const w = make(tensor1d([1, 2]));
    const optimizer = new SGD([w], { lr: 1, momentum: 1 });
    optimizer.update([tensor1d([3, 4])]);
    const saving = optimizer.stateDict();
    optimizer.update([tensor1d([3, 4])]);
    expect((await saving).state[0]).toMatchObject({
      momentum_buffer: { data: Float32Array.of(3, 4) },
    });
    optimizer.dispose();
  });

  // XNNPACK packs weights once a tensor: an update in place must not leave the old ones in use.
  it("are seen by convolutions and products that ran before", () => {
    const filter = make(ones([2, 2, 1, 4]));
    const bias = make(zeros([4]));
    const matrix = make(ones([3, 2]));
    const optimizer = new SGD([filter, bias, matrix], { lr: 1 });
    const x = ones([1, 3, 3, 1]) as Tensor4D;
    const a = ones([2, 3]) as Tensor;
    const outputs = (): number[][] =>
      tidy(() => [
        values(conv2d(x, filter as Tensor as Tensor4D, 1, "valid")).slice(0, 4),
        values(
          fused.conv2d({ x, filter: filter as Tensor as Tensor4D, strides: 1, pad: "valid", bias }),
        ).slice(0, 4),
        values(matMul(a, matrix)),
      ]);
    expect(outputs()).toEqual([
      [4, 4, 4, 4],
      [4, 4, 4, 4],
      [3, 3, 3, 3],
    ]);
    const half = [0, 1, 2, 3];
    const step = (): void =>
      optimizer.update([
        tidy(() => reshape(tensor1d([...half, ...half, ...half, ...half]), [2, 2, 1, 4])),
        tensor1d([-1, -2, -3, -4]),
        tensor2d([
          [0, 1],
          [0, 1],
          [0, 1],
        ]),
      ]);
    step();
    expect(outputs()).toEqual([
      [4, 0, -4, -8],
      [5, 2, -1, -4],
      [3, 0, 3, 0],
    ]);
    step();
    expect(outputs()).toEqual([
      [4, -4, -12, -20],
      [6, 0, -6, -12],
      [3, -3, 3, -3],
    ]);
    x.dispose();
    a.dispose();
  });

  it("survive growth of the memory between and within steps", () => {
    const size = 3_000_000;
    const w = make(zeros([size]));
    const view = reshape(w, [size]);
    const optimizer = new SGD([w], { lr: 1, momentum: 0.5 });
    optimizer.update([ones([size])]);
    optimizer.update([ones([size])]);
    view.dispose();
    const read = values(w);
    expect(read[0]).toBe(-2.5);
    expect(read[size - 1]).toBe(-2.5);
    optimizer.dispose();
  });

  it("take over parameters that were made on another backend", async () => {
    await activateBackend("cpu");
    const w = make(tensor1d([1, 2]));
    const optimizer = new Adam([w], { lr: 0.5, eps: 0 });
    optimizer.update([tensor1d([1, -1])]);
    await activateBackend("wasm");
    optimizer.update([tensor1d([1, -1])]);
    expectClose(w, [0, 3], { tolerance: TOLERANCE });
    optimizer.dispose();
  });
});
