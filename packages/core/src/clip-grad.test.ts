import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import { type Tensor, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ArgumentError, clipGradNorm, clipGradValue } from "./index.ts";

type Gradients = (Tensor | null)[];

const dispose = (gradients: Gradients): void => {
  for (const gradient of gradients) gradient?.dispose();
};

describeOnBackends("clipGradNorm", () => {
  it("scales all gradients by one factor, in the list", async () => {
    await expectTensors(() => {
      const gradients: Gradients = [tensor1d([3]), null, tensor2d([[0, 4]])];
      const norm = clipGradNorm(gradients, 1);
      expectClose(norm, [5]);
      expectClose(gradients[0] as Tensor, [0.6]);
      expect(gradients[1]).toBeNull();
      expectClose(gradients[2] as Tensor, [0, 0.8]);
      norm.dispose();
      dispose(gradients);
    });
  });

  it("leaves smaller gradients as they are, and never exceeds the limit", () => {
    const float = fc.float({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(float, { minLength: 1, maxLength: 20 }),
        fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }),
        (data, limit) => {
          const gradients: Gradients = [tensor1d(data)];
          const norm = clipGradNorm(gradients, limit);
          const clipped = values(gradients[0] as Tensor);
          const length = Math.hypot(...clipped);
          expect(length).toBeLessThanOrEqual(limit * (1 + 1e-5));
          if ((values(norm)[0] as number) < limit - 1e-5) {
            expect(clipped).toEqual(data);
          }
          norm.dispose();
          dispose(gradients);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is 0 without gradients and for gradients of 0", () => {
    const zero: Gradients = [tensor1d([0, 0])];
    const norms = [clipGradNorm([null], 1), clipGradNorm([], 1), clipGradNorm(zero, 1)];
    expect(norms.map((norm) => values(norm)[0])).toEqual([0, 0, 0]);
    expect(values(zero[0] as Tensor)).toEqual([0, 0]);
    dispose([...norms, ...zero]);
  });

  it("shows a NaN in the norm", () => {
    const gradients: Gradients = [tensor1d([Number.NaN, 1]), tensor1d([1])];
    const norm = clipGradNorm(gradients, 1);
    expect(values(norm)[0]).toBeNaN();
    dispose([...gradients, norm]);
  });

  it("rejects a limit and a norm that are none", () => {
    expect(() => clipGradNorm([], -1)).toThrow(
      "clipGradNorm: expected maxNorm to be 0 or more, got -1",
    );
    expect(() => clipGradNorm([], Number.NaN)).toThrow(ArgumentError);
    expect(() => clipGradNorm([], 1, { normType: 0 })).toThrow(
      "clipGradNorm: expected normType to be above 0, got 0",
    );
  });
});

describeOnBackends("clipGradValue", () => {
  it("limits each value, in the list", async () => {
    await expectTensors(() => {
      const gradients: Gradients = [tensor1d([-3, 0.5, 2]), null];
      clipGradValue(gradients, 1);
      expect(values(gradients[0] as Tensor)).toEqual([-1, 0.5, 1]);
      dispose(gradients);
    });
  });

  it("rejects a negative limit", () => {
    expect(() => clipGradValue([], -1)).toThrow(
      "clipGradValue: expected clipValue to be 0 or more, got -1",
    );
  });
});
