import type { Backend } from "@kindling/core";
import { selectBackend } from "@kindling/core";
import { setBackend } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe } from "vitest";
import { type KernelCase, testCase } from "./backend-contract-case.ts";
import { CONVOLUTION_CASES } from "./backend-contract-convolutions.ts";
import { ELEMENTWISE_CASES } from "./backend-contract-elementwise.ts";
import { GATHER_CASES } from "./backend-contract-gathers.ts";
import { IMAGE_CASES } from "./backend-contract-images.ts";
import { NOT_FINITE_CASES } from "./backend-contract-not-finite.ts";
import { POOL_CASES } from "./backend-contract-pools.ts";
import { PRODUCT_CASES } from "./backend-contract-products.ts";
import { REDUCTION_CASES } from "./backend-contract-reductions.ts";
import { SHAPE_CASES } from "./backend-contract-shapes.ts";
import { UNARY_CASES } from "./backend-contract-unary.ts";

const GROUPS: Readonly<Record<string, readonly KernelCase[]>> = {
  convolutions: CONVOLUTION_CASES,
  pools: POOL_CASES,
  "one by one": UNARY_CASES,
  "two by two": ELEMENTWISE_CASES,
  reductions: REDUCTION_CASES,
  products: PRODUCT_CASES,
  "NaN and infinities": NOT_FINITE_CASES,
  shapes: SHAPE_CASES,
  "by index": GATHER_CASES,
  images: IMAGE_CASES,
};

/**
 * What every backend must compute: each kernel that training uses, over small odd shapes, held to tfjs's
 * cpu backend or, where that one is wrong, to a naive float64 reference. Each runs twice, the second time
 * over memory full of rubbish, and must leave nothing behind.
 */
export function describeBackendContract(backend: Backend): void {
  describe(`backend contract: ${backend.name}`, () => {
    beforeAll(async () => {
      await setBackend("cpu");
      await selectBackend(backend);
    });
    for (const [title, cases] of Object.entries(GROUPS)) {
      describe(title, () => {
        for (const kernelCase of cases) testCase(backend, kernelCase);
      });
    }
  });
}
