import { ArgumentError, Generator, manualSeed, valueAndGrad } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose, values } from "@kindling/testing";
import { ones, type Scalar, sum, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Dropout, dropout } from "./index.ts";

describeModule("Dropout", {
  make: () => new Dropout(0.5),
  input: [3, 4],
  output: [3, 4],
  prints: "Dropout(p=0.5, inplace=False)",
  // Another mask at each point.
  gradients: false,
});

describeModule("Dropout of nothing", {
  make: () => new Dropout(0),
  input: [3, 4],
  output: [3, 4],
  prints: "Dropout(p=0.0, inplace=False)",
});

describeOnBackends("Dropout", () => {
  test("drops a share of p and keeps the mean", () => {
    const y = values(dropout(ones([10_000]), { p: 0.2, generator: new Generator(1) }));
    const kept = y.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([1.25]));
    // Five standard deviations of a binomial share.
    expect(Math.abs(kept.length / y.length - 0.8)).toBeLessThan(0.02);
  });

  test("passes everything on in evaluation, and nothing with p = 1, not even NaN's gradient", () => {
    expectClose(new Dropout(0.9).eval().forward(ones([4])), [1, 1, 1, 1]);
    const x = ones([3]);
    const { value, gradients } = valueAndGrad(() => sum(new Dropout(1).forward(x)) as Scalar, [x]);
    expectClose(value, [0]);
    expectClose(gradients[0] ?? [], [0, 0, 0]);
  });

  test("sends the gradient through what it kept", () => {
    const x = ones([50]);
    let y: number[] = [];
    const { gradients } = valueAndGrad(() => {
      const kept = dropout(x, { p: 0.4 });
      y = values(kept);
      return sum(kept) as Scalar;
    }, [x]);
    expectClose(gradients[0] ?? [], y);
  });
});

describeOnBackends("Dropout", () => {
  test("repeats for a seed, and changes from call to call", () => {
    manualSeed(7);
    const layer = new Dropout();
    const [first, second] = [values(layer.forward(ones([64]))), values(layer.forward(ones([64])))];
    expect(second).not.toEqual(first);
    manualSeed(7);
    expect(values(layer.forward(ones([64])))).toEqual(first);
    const own = (): number[] =>
      values(new Dropout(0.5, { generator: new Generator(3) }).forward(ones([64])));
    expect(own()).toEqual(own());
  });

  test("takes an empty input", () => {
    expect(dropout(zeros([0, 3])).shape).toEqual([0, 3]);
  });

  test.each([-0.1, 1.1, Number.NaN])("rejects p = %d", (p) => {
    expect(() => new Dropout(p)).toThrow(ArgumentError);
    expect(() => dropout(ones([1]), { p })).toThrow(`got ${p}`);
  });
});
