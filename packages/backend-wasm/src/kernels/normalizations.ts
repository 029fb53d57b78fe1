import { FUSED, ShapeError } from "@kindling/core";
import { expectNumber, expectShape } from "@kindling/core/kernels";
import {
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type FusedBatchNormInputs,
  type KernelConfig,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import {
  batchNormApplyScratch,
  batchNormGradScratch,
  layerNormGradScratch,
} from "../simd/normalization-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import {
  allocate,
  type BackendWasm,
  defineFloatKernel,
  floats,
  pointer,
  sizeOf,
} from "./kernel.ts";
import { runStock } from "./stock.ts";

type Affine = { x: TensorInfo; gamma: TensorInfo; beta: TensorInfo };
type Eps = { readonly eps: number };

/** Batch and layer normalization of matrices, with scale and shift, and their gradients. */
export const normalizations: readonly KernelConfig[] = [
  defineFloatKernel<Affine, Eps>(FUSED.batchNorm, ({ inputs, attrs: { eps }, backend }) => {
    const { x, gamma, beta } = inputs;
    const [rows, c] = matrix(FUSED.batchNorm, x, { gamma, beta });
    expectNumber(FUSED.batchNorm, "eps", eps, 0);
    const outputs = [allocate(backend, [rows, c]), allocate(backend, [c]), allocate(backend, [c])];
    const module = sideModule(backend);
    const [y, mean, variance] = pointers(backend, outputs) as [number, number, number];
    const [from, scale, shift] = pointers(backend, [x, gamma, beta]) as [number, number, number];
    const scratch = module.scratch(batchNormApplyScratch(c));
    module.kernels.batchNormStatistics(from, mean, variance, rows, c);
    module.kernels.batchNormApply(
      ...([from, y, mean, variance, scale, shift, scratch, rows, c, eps] as const),
    );
    return outputs;
  }),
  defineFloatKernel<
    { dy: TensorInfo; x: TensorInfo; mean: TensorInfo; variance: TensorInfo; gamma: TensorInfo },
    Eps
  >(FUSED.batchNormGrad, ({ inputs, attrs: { eps }, backend }) => {
    const { dy, x, mean, variance, gamma } = inputs;
    const [rows, c] = matrix(FUSED.batchNormGrad, x, { mean, variance, gamma });
    expectNumber(FUSED.batchNormGrad, "eps", eps, 0);
    expectShape(FUSED.batchNormGrad, x.shape, dy);
    const outputs = gradients(backend, rows, c);
    if (rows === 0) return zeroed(backend, outputs);
    const module = sideModule(backend);
    const at = pointers(backend, [dy, x, mean, variance, gamma, ...outputs]) as Eight;
    const scratch = module.scratch(batchNormGradScratch(c));
    module.kernels.batchNormGrad(...at, scratch, rows, c, eps);
    return outputs;
  }),
  // With given statistics, as in evaluation; tfjs's own takes twelve times as long.
  defineFloatKernel<FusedBatchNormInputs, FusedBatchNormAttrs>(
    FusedBatchNorm,
    ({ inputs, attrs, backend }) => {
      const { x, mean, variance, offset, scale } = inputs;
      const c = x.shape.at(-1) ?? 1;
      const columns = [mean, variance, offset, scale].filter((one) => one !== undefined);
      if (x.shape.length < 2 || columns.some((one) => !util.arraysEqual(one.shape, [c]))) {
        return runStock(FusedBatchNorm, { ...inputs }, attrs, backend);
      }
      const module = sideModule(backend);
      const scratch = module.scratch(batchNormApplyScratch(c));
      const y = allocate(backend, x.shape);
      const at = [x, y, mean, variance, scale, offset].map((one) => pointer(backend, one)) as Six;
      const rows = c === 0 ? 0 : sizeOf(x) / c;
      module.kernels.batchNormApply(...at, scratch, rows, c, attrs.varianceEpsilon);
      return y;
    },
  ),
  defineFloatKernel<Affine, Eps>(FUSED.layerNorm, ({ inputs, attrs: { eps }, backend }) => {
    const { x, gamma, beta } = inputs;
    const [rows, c] = matrix(FUSED.layerNorm, x, { gamma, beta });
    expectNumber(FUSED.layerNorm, "eps", eps, 0);
    const outputs = [allocate(backend, [rows, c]), allocate(backend, [rows, 2])];
    const [y, statistics] = outputs as [TensorInfo, TensorInfo];
    const at = pointers(backend, [x, y, gamma, beta, statistics]) as Five;
    sideModule(backend).kernels.layerNorm(...at, rows, c, eps);
    return outputs;
  }),
  defineFloatKernel<{ dy: TensorInfo; x: TensorInfo; statistics: TensorInfo; gamma: TensorInfo }>(
    FUSED.layerNormGrad,
    ({ inputs, backend }) => {
      const { dy, x, statistics, gamma } = inputs;
      const [rows, c] = matrix(FUSED.layerNormGrad, x, { gamma });
      expectShape(FUSED.layerNormGrad, x.shape, dy);
      expectShape(FUSED.layerNormGrad, [rows, 2], statistics, "statistics");
      const outputs = gradients(backend, rows, c);
      const module = sideModule(backend);
      const at = pointers(backend, [dy, x, gamma, statistics, ...outputs]) as Seven;
      const scratch = module.scratch(layerNormGradScratch(c));
      module.kernels.layerNormGrad(...at, scratch, rows, c);
      return outputs;
    },
  ),
];

type Five = [number, number, number, number, number];
type Six = [...Five, number];
type Seven = [...Five, number, number];
type Eight = [...Seven, number];

function gradients(backend: BackendWasm, rows: number, c: number): TensorInfo[] {
  return [allocate(backend, [rows, c]), allocate(backend, [c]), allocate(backend, [c])];
}

function zeroed(backend: BackendWasm, tensors: TensorInfo[]): TensorInfo[] {
  for (const tensor of tensors) floats(backend, tensor).fill(0);
  return tensors;
}

function pointers(backend: BackendWasm, tensors: readonly TensorInfo[]): number[] {
  return tensors.map((tensor) => pointer(backend, tensor));
}

// The sizes of x, once it is known to be a matrix and each of the others to have a value a column.
function matrix(
  where: string,
  x: TensorInfo,
  columns: Record<string, TensorInfo>,
): [rows: number, c: number] {
  if (x.shape.length !== 2) throw new ShapeError(where, "[rows, c] (the input)", x.shape);
  const [rows, c] = x.shape as [number, number];
  for (const [name, tensor] of Object.entries(columns)) expectShape(where, [c], tensor, name);
  return [rows, c];
}
