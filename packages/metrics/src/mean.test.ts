import { ArgumentError, ShapeError } from "@kindling/core";
import { describeMetric, describeOnBackends } from "@kindling/testing";
import { type Scalar, scalar, tensor2d, zeros } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { Mean } from "./mean.ts";

describeMetric<Scalar | number, number, number>("Mean", {
  make: () => new Mean(),
  batches: () => [
    [scalar(2), 64],
    [scalar(Number.NaN), 0],
    [4, 64],
    [tensor2d([[8]]) as unknown as Scalar, 32],
  ],
  whole: () => [
    [scalar(3), 128],
    [scalar(8), 32],
  ],
  value: 4,
  rejects: () => [
    [scalar(1), -1, /Mean: expected a weight of 0 or more, got -1/],
    [scalar(1), Number.POSITIVE_INFINITY, /got Infinity/],
    [zeros([2]) as unknown as Scalar, 1, /Mean: expected input of shape \[\], got \[2\]/],
  ],
});

describeOnBackends("Mean", () => {
  it("weighs values alike unless told otherwise", async () => {
    const metric = new Mean();
    metric.update(1);
    metric.update(2);
    expect(await metric.compute()).toBe(1.5);
    metric.dispose();
  });

  it("keeps small values that a float32 sum would lose", async () => {
    const metric = new Mean();
    metric.update(2 ** 24);
    for (let i = 0; i < 1000; i++) metric.update(1);
    expect((await metric.compute()) * 1001).toBeCloseTo(2 ** 24 + 1000, 6);
    metric.dispose();
  });

  it("shows a NaN", async () => {
    const metric = new Mean();
    metric.update(Number.NaN);
    metric.update(1);
    expect(await metric.compute()).toBeNaN();
    metric.dispose();
  });

  it("throws the errors of its kind", () => {
    const value = zeros([2]) as unknown as Scalar;
    expect(() => new Mean().update(value)).toThrow(ShapeError);
    expect(() => new Mean().update(1, Number.NaN)).toThrow(ArgumentError);
    value.dispose();
  });
});
