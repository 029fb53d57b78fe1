import { describeOnBackends, expectTensors } from "@kindling/testing";
import { dispose, type Tensor1D, type Tensor2D, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Accuracy, ConfusionMatrix, F1, Mean, TopKAccuracy } from "./index.ts";

const scores = (): Tensor2D =>
  tensor2d([
    [0.1, 0.7, 0.2],
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
  ]);

describeOnBackends("a metric's state", () => {
  const labels = (): Tensor1D => tensor1d([1, 2, 2], "int32");

  test.each([
    ["Accuracy", () => new Accuracy()],
    ["TopKAccuracy", () => new TopKAccuracy(2)],
    ["F1", () => new F1(3)],
    ["ConfusionMatrix", () => new ConfusionMatrix(3)],
  ])("of %s is enough to go on from", async (_, make) => {
    await expectTensors(async () => {
      const [whole, first, second] = [make(), make(), make()];
      const update = (metric: ReturnType<typeof make>): void => {
        const pair = [scores(), labels()] as const;
        metric.update(...pair);
        dispose([...pair]);
      };
      second.restore((await first.state()) as never);
      for (const metric of [whole, whole, first]) update(metric);
      second.restore(structuredClone(await first.state()) as never);
      update(second);
      expect(await second.compute()).toEqual(await whole.compute());
      for (const metric of [whole, first, second]) metric.dispose();
    });
  });

  test("of Mean is, to the bit, also what its rounding has lost", async () => {
    await expectTensors(async () => {
      const [whole, first, second] = [new Mean(), new Mean(), new Mean()];
      second.restore(await first.state());
      const add = (metric: Mean, from: number, to: number): void => {
        for (let i = from; i < to; i++) metric.update(0.1 + i / 7, 3);
      };
      add(whole, 0, 200);
      add(first, 0, 99);
      second.restore(structuredClone(await first.state()));
      add(second, 99, 200);
      expect(await second.compute()).toBe(await whole.compute());
      for (const metric of [whole, first, second]) metric.dispose();
    });
  });
});
