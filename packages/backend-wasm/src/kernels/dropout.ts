import { type DropoutAttributes, FUSED } from "@kindling/core";
import { expectDropout, expectDropoutGradient } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineFloatKernel, defineKernel, pointer, sizeOf } from "./kernel.ts";

/** Dropout, whose mask mt19937 draws in the backend's memory, and its gradient. */
export const dropoutKernels: readonly KernelConfig[] = [
  defineFloatKernel<{ x: TensorInfo }, DropoutAttributes>(
    FUSED.dropout,
    ({ inputs: { x }, attrs: { p, scale, random }, backend }) => {
      expectDropout(FUSED.dropout, { p, scale, random });
      const { words, index } = random;
      const outputs = [allocate(backend, x.shape), allocate(backend, x.shape, "bool")] as const;
      const module = sideModule(backend);
      const state = module.scratch(words.length);
      const inMemory = new Uint32Array(module.memory.buffer, state, words.length);
      inMemory.set(words);
      const [from, y, mask] = [x, ...outputs].map((one) => pointer(backend, one)) as Three;
      random.index = module.kernels.dropout(
        ...([state, index, from, y, mask, sizeOf(x), p, scale] as const),
      );
      words.set(inMemory);
      return [...outputs];
    },
  ),
  defineKernel<{ dy: TensorInfo; mask: TensorInfo }, Pick<DropoutAttributes, "scale">>(
    FUSED.dropoutGrad,
    ({ inputs: { dy, mask }, attrs: { scale }, backend }) => {
      expectDropoutGradient(FUSED.dropoutGrad, { dy, mask }, scale);
      const dx = allocate(backend, dy.shape);
      const [from, kept, to] = [dy, mask, dx].map((one) => pointer(backend, one)) as Three;
      sideModule(backend).kernels.dropoutGrad(from, kept, to, sizeOf(dy), scale);
      return dx;
    },
  ),
];

type Three = [number, number, number];
