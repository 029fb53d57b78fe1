import { ArgumentError, type CrossEntropyAttributes, FUSED } from "@kindling/core";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { LOSS_REDUCTIONS } from "../simd/cross-entropy-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import { expectAxes, expectDtype, expectIntegers, expectNumber, expectShape } from "./checks.ts";
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
      const [rows, classes] = sizes(FUSED.crossEntropyGrad, inputs, attrs);
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
    const [rows, classes] = sizes(kernelName, inputs, attrs);
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

// The sizes of the logits, once all inputs and attributes are known to fit.
function sizes(
  where: string,
  { logits, labels, weight }: Inputs,
  { ignoreIndex, smoothing, reduction }: CrossEntropyAttributes,
): [rows: number, classes: number] {
  expectAxes(where, "[rows, classes]", logits.shape, "the logits");
  const [rows, classes] = logits.shape as [number, number];
  expectDtype(where, "int32", { labels });
  expectDtype(where, "float32", { logits, weight });
  expectShape(where, [rows], labels, "the labels");
  if (weight) expectShape(where, [classes], weight, "the class weights");
  expectIntegers(where, "an index to ignore", [ignoreIndex], -(2 ** 31));
  expectNumber(where, "smoothing", smoothing, 0, 1);
  if (!Object.hasOwn(LOSS_REDUCTIONS, reduction)) {
    const known = Object.keys(LOSS_REDUCTIONS).join(", ");
    throw new ArgumentError(
      `${where}: expected the reduction to be one of ${known}, got ${reduction}`,
    );
  }
  return [rows, classes];
}

function lossShape({ reduction }: CrossEntropyAttributes, rows: number): number[] {
  return reduction === "none" ? [rows] : [];
}

function options({ ignoreIndex, smoothing, reduction }: CrossEntropyAttributes) {
  return [ignoreIndex, smoothing, LOSS_REDUCTIONS[reduction]] as const;
}
