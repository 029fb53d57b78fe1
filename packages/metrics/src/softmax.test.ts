import { describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import { scalar, tensor1d, tidy, zeros } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { softmax } from "./softmax.ts";

describeOnBackends("softmax", () => {
  it("sums to 1 over the last axis, also with minus infinity", async () => {
    await expectTensors(() => {
      const received = tidy(() => softmax(tensor1d([0, Math.log(3), Number.NEGATIVE_INFINITY])));
      expectClose(received, [0.25, 0.75, 0]);
      received.dispose();
    });
  });

  it("keeps an empty batch and rejects a scalar", () => {
    tidy(() => {
      expect(softmax(zeros([0, 10])).shape).toEqual([0, 10]);
      expect(() => softmax(scalar(1))).toThrow(
        "softmax: expected input of shape [..., classes], got []",
      );
    });
  });
});
