import { FUSED } from "@kindling/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectSums, type ReferenceSums } from "../simd/convolution-reference.ts";
import { convolutionCases, convolutionReference } from "./convolution-cases.ts";
import { describeOnBuilds, holds, runKernel, type Values } from "./on-builds.ts";

describeOnBuilds("fused convolutions", () => {
  test("and their gradients equal the definition for any stride, dilation, padding and groups", () => {
    holds(
      fc.tuple(convolutionCases, fc.boolean()),
      ([one, withBias]) => {
        const { x, filter, bias, dy, attributes } = one;
        const reference = convolutionReference(one, attributes.groups, withBias);
        const inputs: Record<string, Values> = withBias ? { x, filter, bias } : { x, filter };
        expectOne(runKernel(FUSED.conv2d, inputs, attributes), dy, reference.y);
        const inputShape = { ...attributes, inputShape: x.shape };
        expectOne(runKernel(FUSED.conv2dInputGrad, { dy, filter }, inputShape), x, reference.dx);
        const filterShape = { ...attributes, filterShape: filter.shape };
        expectOne(runKernel(FUSED.conv2dFilterGrad, { x, dy }, filterShape), filter, reference.dw);
      },
      300,
    );
  });
});

function expectOne(outputs: readonly Values[], like: Values, sums: ReferenceSums): void {
  const [output] = outputs as [Values];
  expect(output.shape).toEqual(like.shape);
  expectSums(output.values as Float32Array, sums);
}
