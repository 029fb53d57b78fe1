import { ArgumentError, type CrossEntropyAttributes, FUSED } from "@kindling/core";
import { crossEntropySizes, expectDtype, expectShape, lossShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { LOSS_REDUCTIONS } from "../simd/cross-entropy-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import { allocate, type BackendWasm, defineKernel, integers, pointer } from "./kernel.ts";

interface Inputs {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly weight?: TensorInfo;
}

/** The loss and its gradient, each in one pass over the logits. */
export const crossEntropyKernels: readonly KernelConfig[] = [
  forward(FUSED.crossEntropy),
  forward(FUSED.weightedCrossEntropy),
  defineKernel<Inputs & { dy: TensorInfo; statistics: TensorInfo }, CrossEntropyAttributes>(
    FUSED.crossEntropyGrad,
    ({ inputs, attrs, backend }) => {
      const { dy, logits, labels, statistics, weight } = inputs;
      const [rows, classes] = crossEntropySizes(FUSED.crossEntropyGrad, inputs, attrs);
      expectDtype(FUSED.crossEntropyGrad, "float32", { dy, statistics });
      expectShape(FUSED.crossEntropyGrad, lossShape(attrs, rows), dy);
      expectShape(FUSED.crossEntropyGrad, [rows, 2], statistics, "statistics");
      const bad = integers(backend, labels).findIndex((label) => {
        return label !== attrs.ignoreIndex && (label < 0 || label >= classes);
      });
      if (bad >= 0) throw wrongLabel(FUSED.crossEntropyGrad, backend, labels, bad, classes);
      const dx = allocate(backend, logits.shape);
      const at = [dy, logits, labels, weight, statistics, dx].map((one) => pointer(backend, one));
      sideModule(backend).kernels.crossEntropyGrad(
        ...(at as [number, number, number, number, number, number]),
        rows,
        classes,
        ...options(attrs),
      );
      return dx;
    },
  ),
];

function forward(kernelName: string): KernelConfig {
  return defineKernel<Inputs, CrossEntropyAttributes>(kernelName, ({ inputs, attrs, backend }) => {
    const { logits, labels, weight } = inputs;
    const [rows, classes] = crossEntropySizes(kernelName, inputs, attrs);
    const loss = allocate(backend, lossShape(attrs, rows));
    const statistics = allocate(backend, [rows, 2]);
    const at = [logits, labels, weight, loss, statistics].map((one) => pointer(backend, one));
    const bad = sideModule(backend).kernels.crossEntropy(
      ...(at as [number, number, number, number, number]),
      0,
      rows,
      classes,
      ...options(attrs),
    );
    if (bad === 0) return [loss, statistics];
    for (const { dataId } of [loss, statistics]) backend.disposeData(dataId);
    throw wrongLabel("crossEntropy", backend, labels, bad - 1, classes);
  });
}

function wrongLabel(
  where: string,
  backend: BackendWasm,
  labels: TensorInfo,
  row: number,
  classes: number,
): ArgumentError {
  return new ArgumentError(
    `${where}: expected class indices from 0 to ${classes - 1}, ` +
      `got ${integers(backend, labels)[row]} at row ${row}`,
  );
}

function options({ ignoreIndex, smoothing, reduction }: CrossEntropyAttributes) {
  return [ignoreIndex, smoothing, LOSS_REDUCTIONS[reduction]] as const;
}
