import { NotComputableError } from "@kindling/core";
import { dispose, memory, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { describeOnBackends } from "./backends.ts";
import { expectTensors } from "./tensors.ts";

/** What the contract needs of a metric. */
export interface MetricLike<Output, Target, Value> {
  readonly name: string;
  readonly higherIsBetter: boolean | null;
  update(output: Output, target: Target): void;
  compute(): Promise<Value>;
  reset(): void;
  dispose(): void;
  merge(other: MetricLike<Output, Target, Value>): void;
}

type Input = Tensor | number;

export interface MetricCase<Output extends Input, Target extends Input, Value> {
  make(): MetricLike<Output, Target, Value>;
  /** Batches of different sizes, at least three; made anew at each call. */
  batches(): readonly (readonly [Output, Target])[];
  /** The same samples in one batch, or in fewer. */
  whole(): readonly (readonly [Output, Target])[];
  /** The value over all of them. */
  value: Value;
  /** Batches that are rejected, with the error's words. */
  rejects?: () => readonly (readonly [Output, Target, RegExp])[];
}

/** Digits to which values agree: sums in float32 in another order. */
const DIGITS = 6;

/** The tests that every metric passes. */
export function describeMetric<Output extends Input, Target extends Input, Value>(
  name: string,
  { make, batches, whole, value, rejects }: MetricCase<Output, Target, Value>,
): void {
  type Batches = readonly (readonly [Output, Target])[];
  const feed = (metric: MetricLike<Output, Target, Value>, list: Batches): void => {
    for (const [output, target] of list) metric.update(output, target);
    dispose(list.flat());
  };

  describeOnBackends(`${name}: the metric contract`, () => {
    it("is the same in pieces and at once, asked once or twice, and leaves nothing behind", async () => {
      await expectTensors(async () => {
        const [pieces, once] = [make(), make()];
        feed(pieces, batches());
        feed(once, whole());
        expectNear(await pieces.compute(), value);
        expectNear(await pieces.compute(), value);
        expectNear(await once.compute(), value);
        pieces.dispose();
        once.dispose();
      });
    });

    it("is the same merged from parts, and leaves the parts as they were", async () => {
      await expectTensors(async () => {
        const list = batches();
        const [total, first, second, none] = [make(), make(), make(), make()];
        feed(first, list.slice(0, 1));
        feed(second, list.slice(1));
        const [a, b] = [await first.compute(), await second.compute()];
        for (const part of [first, none, second]) total.merge(part);
        expectNear(await total.compute(), value);
        expectNear(await first.compute(), a);
        expectNear(await second.compute(), b);
        for (const metric of [total, first, second, none]) metric.dispose();
      });
    });

    it("has the same number of tensors after each update, also in a tidy and around a read", async () => {
      const metric = make();
      const [first, ...rest] = batches();
      feed(metric, first === undefined ? [] : [first]);
      const before = memory();
      await metric.compute();
      for (const [output, target] of rest) {
        tidy(() => metric.update(output, target));
        dispose([output, target]);
      }
      await metric.compute();
      // `rest` was made before the count.
      const made = rest.flat().filter((part) => typeof part !== "number").length;
      expect(memory().numTensors).toBe(before.numTensors - made);
      metric.dispose();
    });

    it("starts again after reset", async () => {
      const metric = make();
      feed(metric, batches().slice(0, 1).concat(batches().slice(0, 1)));
      metric.reset();
      await expect(metric.compute()).rejects.toThrow(NotComputableError);
      feed(metric, batches());
      expectNear(await metric.compute(), value);
      metric.dispose();
      metric.dispose();
    });

    it("is not computable before the first sample", async () => {
      await expectTensors(async () => {
        await expect(make().compute()).rejects.toThrow(/expected at least one sample/);
      });
    });

    it("rejects what does not fit and stays as it was", async () => {
      const metric = make();
      feed(metric, batches());
      for (const [output, target, message] of rejects?.() ?? []) {
        await expectTensors(() => {
          expect(() => metric.update(output, target)).toThrow(message);
        });
        dispose([output, target]);
      }
      expectNear(await metric.compute(), value);
      metric.dispose();
    });
  });
}

function expectNear(received: unknown, expected: unknown): void {
  if (typeof expected === "number") expect(received).toBeCloseTo(expected, DIGITS);
  else expect(received).toEqual(expected);
}
