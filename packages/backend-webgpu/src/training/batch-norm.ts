import { FUSED } from "@kindling/core";
import { expectAxes, expectNumber, expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, sizeOf, zeros } from "../kernels/kernel.ts";
import { AFFINE_GRADIENT, INPUT_GRADIENT, NORMALIZE, STATISTICS } from "./normalization-code.ts";
import { dispatch, elementwise, groupsFor, spread, type Uniform } from "./recorder.ts";

interface Attributes {
  readonly eps: number;
}

/** Batch normalization by the batch's own statistics, and its gradient: two dispatches each. */
export const batchNormKernels: readonly KernelConfig[] = [
  defineFloatKernel<{ x: TensorInfo; gamma: TensorInfo; beta: TensorInfo }, Attributes>(
    FUSED.batchNorm,
    ({ inputs: { x, gamma, beta }, attrs: { eps }, backend }) => {
      const channels = check(FUSED.batchNorm, x, { gamma, beta }, eps);
      const y = allocate(backend, x.shape);
      if (sizeOf(x) === 0) {
        // The statistics of no rows.
        const nothing = () => new Float32Array(channels).fill(Number.NaN);
        const one = () => backend.makeTensorInfo([channels], "float32", nothing());
        return [y, one(), one()];
      }
      const statistics = {
        mean: allocate(backend, [channels]),
        variance: allocate(backend, [channels]),
      };
      const uniforms = uniformsOf(x, channels, eps);
      dispatch(backend, {
        label: `${FUSED.batchNorm}Statistics`,
        code: STATISTICS,
        reads: { x },
        writes: statistics,
        uniforms,
        workgroups: spread(channels),
      });
      dispatch(backend, {
        label: FUSED.batchNorm,
        code: elementwise(NORMALIZE),
        reads: { x, gamma, beta, ...statistics },
        writes: { y },
        uniforms,
        workgroups: groupsFor(sizeOf(x)),
      });
      return [y, statistics.mean, statistics.variance];
    },
  ),

  defineFloatKernel<
    {
      dy: TensorInfo;
      x: TensorInfo;
      mean: TensorInfo;
      variance: TensorInfo;
      gamma: TensorInfo;
    },
    Attributes
  >(FUSED.batchNormGrad, ({ inputs, attrs: { eps }, backend }) => {
    const { dy, x, mean, variance, gamma } = inputs;
    const channels = check(FUSED.batchNormGrad, x, { mean, variance, gamma }, eps);
    expectShape(FUSED.batchNormGrad, x.shape, dy);
    const dx = allocate(backend, x.shape);
    if (sizeOf(x) === 0) return [dx, zeros(backend, [channels]), zeros(backend, [channels])];
    const affine = {
      dgamma: allocate(backend, [channels]),
      dbeta: allocate(backend, [channels]),
    };
    const uniforms = uniformsOf(x, channels, eps);
    dispatch(backend, {
      label: `${FUSED.batchNormGrad}Affine`,
      code: AFFINE_GRADIENT,
      reads: { dy, x, mean, variance },
      writes: affine,
      uniforms,
      workgroups: spread(channels),
    });
    dispatch(backend, {
      label: FUSED.batchNormGrad,
      code: elementwise(INPUT_GRADIENT),
      reads: { dy, x, mean, variance, gamma, ...affine },
      writes: { dx },
      uniforms,
      workgroups: groupsFor(sizeOf(x)),
    });
    return [dx, affine.dgamma, affine.dbeta];
  }),
];

function uniformsOf(x: TensorInfo, channels: number, eps: number): Record<string, Uniform> {
  return {
    size: ["u32", sizeOf(x)],
    channels: ["u32", channels],
    rows: ["f32", x.shape[0] as number],
    eps: ["f32", eps],
  };
}

function check(
  where: string,
  x: TensorInfo,
  byChannel: Readonly<Record<string, TensorInfo>>,
  eps: number,
): number {
  expectAxes(where, "[rows, c]", x.shape, "the input");
  const channels = x.shape[1] as number;
  for (const [name, one] of Object.entries(byChannel)) expectShape(where, [channels], one, name);
  expectNumber(where, "eps", eps, 0);
  return channels;
}
