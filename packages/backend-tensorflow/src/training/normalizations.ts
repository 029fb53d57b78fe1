import { FUSED } from "@kindling/core";
import { expectAxes, expectNumber, expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { defineFloatKernel } from "./kernel.ts";
import {
  type Attributes,
  bool,
  compute,
  constant,
  emptyVector,
  filled,
  float,
  idOf,
  type NodeBackend,
  type Ops,
  scalar,
} from "./native.ts";

type Affine = { x: TensorInfo; gamma: TensorInfo; beta: TensorInfo };
interface Eps {
  readonly eps: number;
}

/** Batch normalization by the batch's own statistics, which TensorFlow has ops for, and its gradient. */
const batchNorm = defineFloatKernel<Affine, Eps>(
  FUSED.batchNorm,
  ({ inputs: { x, gamma, beta }, attrs: { eps }, backend }) => {
    const [rows, c] = matrix(FUSED.batchNorm, x, { gamma, beta });
    expectNumber(FUSED.batchNorm, "eps", eps, 0);
    if (rows * c === 0) {
      const [y, ...statistics] = [[rows, c], [c], [c]];
      return [
        filled(backend, y as number[], 0),
        ...statistics.map((s) => filled(backend, s, Number.NaN)),
      ];
    }
    return compute(backend, ({ map, reshape, runAll, tensor }) => {
      const images = reshape(idOf(backend, x), [rows, 1, 1, c]);
      const none = emptyVector(backend);
      const [scale, shift] = [idOf(backend, gamma), idOf(backend, beta)];
      const inputs = [images, scale, shift, none, none];
      const [y, mean, variance] = runAll("FusedBatchNormV3", inTraining(eps), inputs, 6) as Three;
      // It divides by one row less, as what a running variance takes.
      const biased = map("Mul", variance, scalar(backend, Math.max(1, rows - 1) / rows));
      return [tensor(reshape(y, [rows, c]), [rows, c]), tensor(mean, [c]), tensor(biased, [c])];
    });
  },
);

const batchNormGrad = defineFloatKernel<
  { dy: TensorInfo; x: TensorInfo; mean: TensorInfo; variance: TensorInfo; gamma: TensorInfo },
  Eps
>(FUSED.batchNormGrad, ({ inputs, attrs: { eps }, backend }) => {
  const { dy, x, mean, variance, gamma } = inputs;
  const [rows, c] = matrix(FUSED.batchNormGrad, x, { mean, variance, gamma });
  expectNumber(FUSED.batchNormGrad, "eps", eps, 0);
  expectShape(FUSED.batchNormGrad, x.shape, dy);
  if (rows * c === 0) return [[rows, c], [c], [c]].map((shape) => filled(backend, shape, 0));
  return compute(backend, (ops) => {
    const { reshape, runAll, tensor } = ops;
    const images = [dy, x].map((one) => reshape(idOf(backend, one), [rows, 1, 1, c])) as [
      number,
      number,
    ];
    const inputs = [
      ...images,
      ...[gamma, mean].map((one) => idOf(backend, one)),
      saved(ops, backend, idOf(backend, variance), eps),
      emptyVector(backend),
    ];
    const results = runAll("FusedBatchNormGradV3", inTraining(eps), inputs, 5);
    const [dx, dgamma, dbeta] = results as Three;
    return [tensor(reshape(dx, [rows, c]), [rows, c]), tensor(dgamma, [c]), tensor(dbeta, [c])];
  });
});

/** Each row by itself. TensorFlow has no op for it. */
const layerNorm = defineFloatKernel<Affine, Eps>(
  FUSED.layerNorm,
  ({ inputs: { x, gamma, beta }, attrs: { eps }, backend }) => {
    const [rows, c] = matrix(FUSED.layerNorm, x, { gamma, beta });
    expectNumber(FUSED.layerNorm, "eps", eps, 0);
    if (rows * c === 0) return [filled(backend, [rows, c], 0), filled(backend, [rows, 2], 0)];
    return compute(backend, (ops) => {
      const { map, tensor } = ops;
      const mean = meanOfRows(ops, backend, idOf(backend, x));
      const centred = map("Sub", idOf(backend, x), mean);
      const variance = meanOfRows(ops, backend, map("Square", centred));
      const slope = map("Rsqrt", map("AddV2", variance, scalar(backend, eps)));
      const scaled = map("Mul", map("Mul", centred, slope), idOf(backend, gamma));
      const y = map("AddV2", scaled, idOf(backend, beta));
      const statistics = ops.concat([mean, slope], 1);
      return [tensor(y, [rows, c]), tensor(statistics, [rows, 2])];
    });
  },
);

const layerNormGrad = defineFloatKernel<{
  dy: TensorInfo;
  x: TensorInfo;
  statistics: TensorInfo;
  gamma: TensorInfo;
}>(FUSED.layerNormGrad, ({ inputs: { dy, x, statistics, gamma }, backend }) => {
  const [rows, c] = matrix(FUSED.layerNormGrad, x, { gamma });
  expectShape(FUSED.layerNormGrad, x.shape, dy);
  expectShape(FUSED.layerNormGrad, [rows, 2], statistics, "statistics");
  if (rows * c === 0) return [[rows, c], [c], [c]].map((shape) => filled(backend, shape, 0));
  return compute(backend, (ops) => {
    const { map, tensor } = ops;
    const g = idOf(backend, dy);
    const columns = ops.split(idOf(backend, statistics), 2, 1);
    const [mean, slope] = columns as [number, number];
    const normal = map("Mul", map("Sub", idOf(backend, x), mean), slope);
    const scaled = map("Mul", g, idOf(backend, gamma));
    const along = map("Mul", normal, meanOfRows(ops, backend, map("Mul", scaled, normal)));
    const apart = map("Sub", map("Sub", scaled, meanOfRows(ops, backend, scaled)), along);
    const overRows = (id: number) => ops.sum(id, [0]);
    return [
      tensor(map("Mul", apart, slope), [rows, c]),
      tensor(overRows(map("Mul", g, normal)), [c]),
      tensor(overRows(g), [c]),
    ];
  });
});

export const normalizations: readonly KernelConfig[] = [
  ...[batchNorm, batchNormGrad, layerNorm, layerNormGrad],
];

type Three = [number, number, number];

const KEEPING = [bool("keep_dims", true)];

function meanOfRows(ops: Ops, backend: NodeBackend, id: number): number {
  return ops.run("Mean", KEEPING, id, constant(backend, [1]));
}

function inTraining(eps: number): Attributes {
  return [float("epsilon", eps), bool("is_training", true)];
}

/** What the gradient's op wants of the forward pass: the variance, and cuDNN what it makes of it. */
function saved({ map }: Ops, backend: NodeBackend, variance: number, eps: number): number {
  if (!backend.isUsingGpuDevice) return variance;
  return map("Rsqrt", map("AddV2", variance, scalar(backend, eps)));
}

function matrix(
  where: string,
  x: TensorInfo,
  byChannel: Readonly<Record<string, TensorInfo>>,
): [rows: number, c: number] {
  expectAxes(where, "[rows, c]", x.shape, "the input");
  const [rows, c] = x.shape as [number, number];
  for (const [name, one] of Object.entries(byChannel)) expectShape(where, [c], one, name);
  return [rows, c];
}
