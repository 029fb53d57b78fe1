import { ArgumentError, type DropoutAttributes, FUSED } from "@kindling/core";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { expectDtype, expectNumber, expectShape } from "./checks.ts";
import { allocate, defineFloatKernel, defineKernel, pointer, sizeOf } from "./kernel.ts";

/** The state of mt19937. */
const WORDS = 624;

/** Dropout, whose mask mt19937 draws in the backend's memory, and its gradient. */
export const dropoutKernels: readonly KernelConfig[] = [
  defineFloatKernel<{ x: TensorInfo }, DropoutAttributes>(
    FUSED.dropout,
    ({ inputs: { x }, attrs: { p, scale, random }, backend }) => {
      const { words, index } = random;
      expectNumber(FUSED.dropout, "p", p, 0, 1);
      expectNumber(FUSED.dropout, "scale", scale);
      if (
        !(words instanceof Uint32Array) ||
        words.length !== WORDS ||
        !Number.isInteger(index) ||
        index < 0 ||
        index > WORDS
      ) {
        throw new ArgumentError(
          `${FUSED.dropout}: expected a Uint32Array of ${WORDS} words and an index up to that, ` +
            `got ${words.length} words and ${index}`,
        );
      }
      const outputs = [allocate(backend, x.shape), allocate(backend, x.shape, "bool")] as const;
      const module = sideModule(backend);
      const state = module.scratch(WORDS);
      const inMemory = new Uint32Array(module.memory.buffer, state, WORDS);
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
      expectShape(FUSED.dropoutGrad, mask.shape, dy);
      expectDtype(FUSED.dropoutGrad, "float32", { dy });
      expectDtype(FUSED.dropoutGrad, "bool", { mask });
      expectNumber(FUSED.dropoutGrad, "scale", scale);
      const dx = allocate(backend, dy.shape);
      const [from, kept, to] = [dy, mask, dx].map((one) => pointer(backend, one)) as Three;
      sideModule(backend).kernels.dropoutGrad(from, kept, to, sizeOf(dy), scale);
      return dx;
    },
  ),
];

type Three = [number, number, number];
