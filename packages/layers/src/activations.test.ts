import { ArgumentError } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose } from "@kindling/testing";
import { tensor1d, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  type AnyModule,
  ELU,
  elu,
  GELU,
  gelu,
  Identity,
  LeakyReLU,
  LogSoftmax,
  logSoftmax,
  type Module,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  softmax,
  Tanh,
} from "./index.ts";

const CASES: readonly [prints: string, make: () => Module][] = [
  ["ReLU()", () => new ReLU()],
  ["Sigmoid()", () => new Sigmoid()],
  ["Tanh()", () => new Tanh()],
  ["SiLU()", () => new SiLU()],
  ["GELU(approximate='none')", () => new GELU()],
  ["GELU(approximate='tanh')", () => new GELU({ approximate: "tanh" })],
  ["LeakyReLU(negative_slope=0.2)", () => new LeakyReLU(0.2)],
  ["ELU(alpha=1.0)", () => new ELU()],
  ["ELU(alpha=0.5)", () => new ELU(0.5)],
  ["Softmax(dim=-1)", () => new Softmax()],
  ["Softmax(dim=1)", () => new Softmax(1)],
  ["LogSoftmax(dim=0)", () => new LogSoftmax(0)],
  ["Identity()", () => new Identity()],
];

for (const [prints, make] of CASES) {
  describeModule(prints, { make, input: [2, 3, 4], output: [2, 3, 4], prints });
}

describeOnBackends("activations", () => {
  test("stay finite, or at their limits, for huge values", () => {
    const huge = tensor1d([-1e30, 1e30]);
    expectClose(new Sigmoid().forward(huge), [0, 1]);
    expectClose(new SiLU().forward(huge), [0, 1e30]);
    expectClose(gelu(huge), [0, 1e30]);
    expectClose(elu(huge, 0.5), [-0.5, 1e30]);
    expectClose(softmax(huge), [0, 1]);
    expect(logSoftmax(huge).dataSync()[1]).toBe(0);
  });

  test("softmax works along any axis and rejects one that is not there", () => {
    expectClose(softmax(zeros([2, 4]), 0), Array(8).fill(0.5));
    expectClose(softmax(zeros([2, 4]), -2), Array(8).fill(0.5));
    for (const axis of [2, -3, 0.5]) {
      expect(() => softmax(zeros([2, 4]), axis)).toThrow(ArgumentError);
      expect(() => new LogSoftmax(axis).forward(zeros([2, 4]))).toThrow(`got ${axis}`);
    }
  });

  test("are modules of any input", () => {
    const modules: AnyModule[] = CASES.map(([, make]) => make());
    expect(modules.every((module) => module.parameters().length === 0)).toBe(true);
  });
});
