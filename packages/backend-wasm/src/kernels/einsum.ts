import {
  backend_util,
  Einsum,
  type EinsumAttrs,
  type KernelConfig,
  mul,
  reshape,
  sum,
  type Tensor,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";

// Mirrors tfjs-backend-cpu/src/kernels/Einsum.ts, which is made of the same four kernels.

/** Sums of products by Einstein's notation, which tfjs's wasm backend lacks. */
export const einsum: KernelConfig = defineKernel<Record<string, Tensor>, EinsumAttrs>(
  Einsum,
  ({ inputs, attrs: { equation } }) => {
    const terms = Object.values(inputs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
      equation,
      terms.length,
    );
    backend_util.checkEinsumDimSizes(allDims.length, idDims, terms);
    const { path, steps } = backend_util.getEinsumComputePath(summedDims, idDims);
    return tidy(() => {
      let product: Tensor | null = null;
      let remaining = allDims.length;
      steps.forEach((ids, step) => {
        for (const id of ids) {
          const term = aligned(terms[id] as Tensor, remaining, idDims[id] as number[]);
          product = product === null ? term : mul(term, product);
        }
        if (step === steps.length - 1) return;
        const axis = path[step] as number;
        if (axis >= 0)
          product = sum(product as unknown as Tensor, axis - (allDims.length - remaining));
        remaining--;
      });
      return product as unknown as Tensor;
    });
  },
);

// The term with its axes in the order of the whole equation, and a 1 where it lacks one.
function aligned(term: Tensor, axes: number, ids: number[]): Tensor {
  const { permutationIndices, expandDims } = backend_util.getEinsumPermutation(axes, ids);
  const ordered = backend_util.isIdentityPermutation(permutationIndices)
    ? term
    : transpose(term, permutationIndices);
  const shape = [...ordered.shape];
  for (const axis of expandDims) shape.splice(axis, 0, 1);
  return reshape(ordered, shape);
}
