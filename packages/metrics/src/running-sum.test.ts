import { describeOnBackends, expectTensors, values } from "@kindling/testing";
import { scalar } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { RunningSum } from "./running-sum.ts";

describeOnBackends("RunningSum", () => {
  it("counts on above 2^24, up to 2^31 - 1", () => {
    const sum = new RunningSum();
    sum.add(() => scalar(2 ** 24, "int32"));
    sum.add(() => scalar(1, "int32"));
    expect(values(sum.total("here"))).toEqual([2 ** 24 + 1]);
    sum.add(() => scalar(2 ** 31 - 1 - 2 ** 24 - 1, "int32"));
    expect(values(sum.total("here"))).toEqual([2 ** 31 - 1]);
    sum.dispose();
  });

  it("stays as it was when a part throws", async () => {
    const sum = new RunningSum();
    sum.add(() => scalar(1, "int32"));
    await expectTensors(() => {
      expect(() =>
        sum.add(() => {
          scalar(1);
          throw new Error("from the part");
        }),
      ).toThrow("from the part");
    });
    expect(values(sum.total("here"))).toEqual([1]);
    sum.dispose();
  });
});
