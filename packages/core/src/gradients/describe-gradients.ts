// The contract of every registered gradient, for the tests beside this file: one line of a table each.

import {
  BACKENDS,
  type BackendName,
  describeOnBackends,
  expectGradients,
  expectTensors,
} from "@kindling/testing";
import { dispose, type GradConfig, getGradient, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { describe, expect, test, vi } from "vitest";
import { Generator } from "../generator.ts";

/** Differentiable inputs: a shape with values spread over -1 to 1, or over a range of its own. */
export type Input = readonly number[] | { shape: readonly number[]; from: number; to: number };

export interface GradientCase {
  /** The kernel whose gradient must have been used. */
  readonly kernel: string;
  /** What is particular; begins with the section of tfjs-facts.md that it answers. */
  readonly title?: string;
  readonly f: (...inputs: Tensor[]) => Tensor;
  readonly inputs: readonly Input[];
  /** @defaultValue `1e-2` */
  readonly step?: number;
}

/** Holds each case to finite differences on the backends, and checks that no kernel is left out. */
export function describeGradients(
  family: string,
  gradients: readonly GradConfig[],
  cases: readonly GradientCase[],
  backends: readonly BackendName[] = BACKENDS,
): void {
  describe(`${family} gradients`, () => {
    test("have a case for every kernel", () => {
      const tested = new Set(cases.map(({ kernel }) => kernel));
      const untested = gradients.map(({ kernelName }) => kernelName).filter((k) => !tested.has(k));
      expect(untested).toEqual([]);
    });

    const suite = (): void => {
      test.each(cases.map((one) => [named(one), one] as const))("%s", async (_, one) => {
        const used = vi.spyOn(getGradient(one.kernel), "gradFunc");
        await expectTensors(() => {
          const inputs = one.inputs.map(spread);
          expectGradients(one.f, inputs, one.step === undefined ? {} : { step: one.step });
          dispose(inputs);
        });
        expect(used, `gradient of ${one.kernel}`).toHaveBeenCalled();
        used.mockRestore();
      });
    };
    describeOnBackends("match finite differences", suite, backends);
  });
}

/** Values that are all different, and far enough from each other and from 0 for a finite difference. */
export function spread(input: Input, index: number = 0): Tensor {
  const { shape, from, to } = "shape" in input ? input : { shape: input, from: -1, to: 1 };
  const size = shape.reduce((product, n) => product * n, 1);
  const order = new Generator(size + index).permutation(size);
  const values = Array.from(order, (place) => {
    return from + ((to - from) * (place + 0.25 + 0.15 * index)) / size;
  });
  return tensor(values, [...shape], "float32");
}

function named({ kernel, title, inputs }: GradientCase): string {
  const shapes = inputs.map((one) => `[${"shape" in one ? one.shape : one}]`).join(" ");
  return `${kernel}${title === undefined ? "" : `: ${title}`} ${shapes}`;
}
