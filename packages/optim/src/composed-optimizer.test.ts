// What holds for a step of any composed optimizer, also of those that the contract's problem does not fit:
// Muon takes matrices only, Rprop reads the learning rate once, and ASGD one step later.
import { activateBackend, expectClose, expectTensors, values } from "@kindling/testing";
import {
  backend,
  memory,
  type Tensor,
  tensor2d,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Adadelta } from "./adadelta.ts";
import { Adafactor } from "./adafactor.ts";
import { Adagrad } from "./adagrad.ts";
import { Adamax } from "./adamax.ts";
import { ASGD } from "./asgd.ts";
import { Lion } from "./lion.ts";
import { Muon } from "./muon.ts";
import { NAdam } from "./n-adam.ts";
import type { Optimizer } from "./optimizer.ts";
import { RAdam } from "./r-adam.ts";
import { RMSprop } from "./rms-prop.ts";
import { Rprop } from "./rprop.ts";

type Make = (params: Variable[]) => Optimizer<{ lr: number }>;
const optimizers: [string, Make][] = [
  ["Adadelta", (params) => new Adadelta(params, { weightDecay: 0.1, maximize: true })],
  ["Adafactor", (params) => new Adafactor(params, { weightDecay: 0.1 })],
  ["Adagrad", (params) => new Adagrad(params, { lrDecay: 0.1, weightDecay: 0.1 })],
  ["Adamax", (params) => new Adamax(params, { weightDecay: 0.1 })],
  ["ASGD", (params) => new ASGD(params, { t0: 1, weightDecay: 0.1 })],
  ["Lion", (params) => new Lion(params, { weightDecay: 0.1 })],
  ["Muon", (params) => new Muon(params)],
  ["NAdam", (params) => new NAdam(params, { weightDecay: 0.1, decoupledWeightDecay: true })],
  ["RAdam", (params) => new RAdam(params, { betas: [0.9, 0.9], weightDecay: 0.1 })],
  ["RMSprop", (params) => new RMSprop(params, { centered: true, momentum: 0.9 })],
  ["Rprop", (params) => new Rprop(params)],
];

const made: Variable[] = [];
const matrices = (count: number): Variable[] => {
  const params = Array.from({ length: count }, (_, i) =>
    variable(
      tensor2d([
        [i + 1, 2, -1],
        [0.5, -i, 3],
      ]),
    ),
  );
  made.push(...params);
  return params;
};
const gradients = (params: Variable[]): Tensor[] =>
  params.map((_, i) =>
    tensor2d([
      [i - 1.5, 2, 1],
      [0.3, 0.7, -2],
    ]),
  );

beforeAll(() => activateBackend("wasm"));
afterEach(() => {
  for (const param of made.splice(0)) param.dispose();
});

describe.each(optimizers)("A step of %s", (_, make) => {
  const stepped = (params: Variable[], steps: number): Optimizer<{ lr: number }> => {
    const optimizer = make(params);
    for (let i = 0; i < steps; i++) optimizer.update(gradients(params));
    return optimizer;
  };

  it("leaves as many tensors as the one before, and dispose frees them", async () => {
    const params = matrices(3);
    await expectTensors(() => {
      const optimizer = stepped(params, 4);
      const before = memory();
      for (let i = 0; i < 3; i++) optimizer.update(gradients(params));
      expect(memory()).toEqual(before);
      optimizer.dispose();
    });
  });

  it("reads nothing from the device", () => {
    const params = matrices(2);
    const optimizer = stepped(params, 1);
    const reads = [vi.spyOn(backend(), "readSync"), vi.spyOn(backend(), "read")];
    optimizer.update(gradients(params));
    for (const read of reads) {
      expect(read).not.toHaveBeenCalled();
      read.mockRestore();
    }
    optimizer.dispose();
  });

  it("uploads as much for three parameters as for one", () => {
    const uploads = [1, 3].map((count) => {
      const params = matrices(count);
      const optimizer = stepped(params, 1);
      const given = gradients(params);
      const write = vi.spyOn(backend(), "write");
      optimizer.update(given);
      const values = write.mock.calls.filter(([data]) => data !== null).length;
      write.mockRestore();
      optimizer.dispose();
      return values;
    });
    expect(uploads[1]).toBe(uploads[0]);
    expect(uploads[0]).toBeGreaterThan(0);
  });

  it("after loading a state equals the one that would have followed", async () => {
    const [first, second] = [matrices(2), matrices(2)];
    const optimizer = stepped(first, 3);
    const resumed = stepped(second, 1);
    resumed.loadStateDict(await expectTensors(() => optimizer.stateDict()));
    second.forEach((param, i) => {
      param.assign(first[i] as Variable);
    });
    optimizer.update(gradients(first));
    resumed.update(gradients(second));
    second.forEach((param, i) => {
      expectClose(param, first[i] as Variable, { tolerance: 0 });
    });
    expect(await resumed.stateDict()).toEqual(await optimizer.stateDict());
    optimizer.dispose();
    resumed.dispose();
  });

  it("leaves a parameter without a gradient alone", () => {
    const params = matrices(2);
    const optimizer = make(params);
    const before = values(params[1] as Variable);
    optimizer.update([gradients(params)[0] as Tensor, null]);
    expect(values(params[1] as Variable)).toEqual(before);
    expect(values(params[0] as Variable)).not.toEqual(values(matrices(1)[0] as Variable));
    optimizer.dispose();
  });
});
