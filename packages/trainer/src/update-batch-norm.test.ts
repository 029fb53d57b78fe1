import { BatchNorm1d, Linear, Sequential } from "@kindling/layers";
import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import { type Tensor, type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type Batches, updateBatchNorm } from "./index.ts";

/** Batches of [n, 1] inputs, alone or with a target. */
function inputs(columns: readonly number[][], withTarget = true): Batches<[Tensor2D, Tensor2D]> {
  return {
    length: columns.length,
    async *[Symbol.asyncIterator]() {
      for (const column of columns) {
        const x = tensor2d(column, [column.length, 1]);
        yield (withTarget ? [x, x] : [x]) as [Tensor2D, Tensor2D];
        x.dispose();
      }
    },
  };
}

describeOnBackends("updateBatchNorm", () => {
  const BATCHES = [
    [1, 3],
    [2, 10],
    [0, 2],
  ];
  const statistics = (layer: BatchNorm1d) =>
    layer.buffers().flatMap((buffer) => values(buffer as Tensor));

  test("measures the mean over batches anew, with or without targets", async () => {
    const layer = new BatchNorm1d(1);
    for (const withTarget of [true, false]) {
      await expectTensors(() => updateBatchNorm(inputs(BATCHES, withTarget), layer));
      // Means 2, 6, 1; unbiased variances 2, 32, 2.
      expectClose(statistics(layer), [3, 12, 3]);
    }
    expect(layer.momentum).toBe(0.1);
    layer.dispose();
  });

  test("takes some batches only, and batches of another shape", async () => {
    const layer = new BatchNorm1d(1);
    await updateBatchNorm(inputs(BATCHES), layer, { limitBatches: 1 });
    expectClose(statistics(layer), [2, 2, 1]);
    const swapped = { unpack: (batch: readonly [Tensor2D, Tensor2D]) => [batch[1], null] as const };
    await updateBatchNorm(inputs(BATCHES), layer, swapped);
    expectClose(statistics(layer), [3, 12, 3]);
    await expect(updateBatchNorm(inputs(BATCHES), layer, { limitBatches: 0 })).rejects.toThrow(
      "updateBatchNorm: expected limitBatches to be a positive integer, got 0",
    );
    layer.dispose();
  });

  test("puts mode and momentum back, also after an error", async () => {
    const layer = new BatchNorm1d(1);
    layer.eval();
    await updateBatchNorm(inputs(BATCHES), layer);
    expect([layer.training, layer.momentum]).toEqual([false, 0.1]);
    await expectTensors(async () => {
      await expect(updateBatchNorm(inputs([]), layer)).rejects.toThrow("at least one batch");
    });
    expect([layer.training, layer.momentum]).toEqual([false, 0.1]);
    layer.train();
    await updateBatchNorm(inputs(BATCHES), layer);
    expect(layer.training).toBe(true);
    layer.dispose();
  });

  test("does not run a model without such layers", async () => {
    const model = new Sequential(
      new Linear(1, 1),
      new BatchNorm1d(1, { trackRunningStats: false }),
    );
    const unused: Batches<readonly [Tensor2D, Tensor2D]> = {
      length: 1,
      [Symbol.asyncIterator]: () => {
        throw new Error("iterated");
      },
    };
    await updateBatchNorm(unused, model as never);
    model.dispose();
  });
});
