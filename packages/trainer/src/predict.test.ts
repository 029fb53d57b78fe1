import { activateBackend, expectClose, expectTensors } from "@kindling/testing";
import { dispose, type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "./fakes.ts";
import { type Batches, Trainer } from "./index.ts";

beforeAll(() => activateBackend("cpu"));

describe("Trainer.predict, and batches of other shapes", () => {
  let model: LinearModel;
  beforeEach(() => {
    model = new LinearModel();
  });
  afterEach(() => model.dispose());
  const loss = new SquaredError();

  test("predicts from batches with targets, tensors alone and tensors in an array of one", async () => {
    const images: Batches<Tensor2D> = {
      length: 1,
      async *[Symbol.asyncIterator]() {
        const x = tensor2d([[1, 0]]);
        yield x;
        x.dispose();
      },
    };
    const wrapped: Batches<readonly [Tensor2D]> = {
      length: 1,
      async *[Symbol.asyncIterator]() {
        for await (const x of images) yield [x];
      },
    };
    const trainer = new Trainer({ model, loss });
    for (const loader of [images, wrapped, new Rows(1)]) {
      const [output] = await expectTensors(() => trainer.predict(loader), 1);
      expect(output?.shape).toEqual([1, 1]);
      output?.dispose();
    }
  });

  test("hands out outputs that outlive their batch, also of a model that returns its input", async () => {
    const identity = Object.assign(new LinearModel(), { forward: (x: Tensor2D) => x });
    const trainer = new Trainer({ model: identity, loss });
    const [output] = await trainer.predict(new Rows(2));
    expectClose(output as Tensor2D, [1, 0, 1, 1]);
    dispose([output as Tensor2D, identity.weight]);
  });

  test("takes batches of another shape through unpack, and outputs of several tensors", async () => {
    const named: Batches<{ x: Tensor2D; y: Tensor2D }> = {
      length: 1,
      async *[Symbol.asyncIterator]() {
        for await (const [x, y] of new Rows(2)) yield { x, y };
      },
    };
    const updates: string[][] = [];
    const trainer = new Trainer({
      model: {
        training: true,
        train() {},
        eval() {},
        forward: (x: Tensor2D) => ({ y: model.forward(x), hidden: [x] }),
      },
      loss: { forward: ({ y }: { y: Tensor2D }, target: Tensor2D) => loss.forward(y, target) },
      optimizer: new Descent(model.weight),
      metrics: {
        calls: {
          name: "calls",
          higherIsBetter: null,
          update: (output: object, _target: Tensor2D) => void updates.push(Object.keys(output)),
          compute: async () => updates.length,
          reset() {},
        },
      },
      unpack: ({ x, y }: { x: Tensor2D; y: Tensor2D }) => [x, y] as const,
    });
    const [record] = await expectTensors(() => trainer.fit(named, { epochs: 1 }));
    expect(record?.trainCalls).toBe(1);
    expect(updates).toEqual([["y", "hidden"]]);
    const outputs = await expectTensors(() => trainer.predict(named), 2);
    dispose(outputs);
  });
});
