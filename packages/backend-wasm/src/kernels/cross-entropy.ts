import { ArgumentError, type CrossEntropyAttributes, FUSED, ShapeError } from "@kindling/core";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { LOSS_REDUCTIONS } from "../simd/cross-entropy-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import {
  allocate,
  type BackendWasm,
  defineKernel,
  expectShape,
  integers,
  pointer,
} from "./kernel.ts";

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
      const [rows, classes] = sizes(FUSED.crossEntropyGrad, inputs);
      expectFloat(FUSED.crossEntropyGrad, { dy, statistics });
      expectShape(FUSED.crossEntropyGrad, lossShape(attrs, rows), dy);
      expectShape(FUSED.crossEntropyGrad, [rows, 2], statistics, "statistics");
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
    const [rows, classes] = sizes(kernelName, inputs);
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
    throw wrongLabel(backend, labels, bad - 1, classes);
  });
}

function wrongLabel(
  backend: BackendWasm,
  labels: TensorInfo,
  row: number,
  classes: number,
): ArgumentError {
  return new ArgumentError(
    `crossEntropy: expected class indices from 0 to ${classes - 1}, ` +
      `got ${integers(backend, labels)[row]} at row ${row}`,
  );
}

function sizes(where: string, { logits, labels, weight }: Inputs): [rows: number, classes: number] {
  const [rows, classes] = logits.shape;
  if (logits.shape.length !== 2 || rows === undefined || classes === undefined) {
    throw new ShapeError(where, "[rows, classes] (the logits)", logits.shape);
  }
  if (labels.dtype !== "int32") {
    throw new ArgumentError(`${where}: expected labels to be int32, got ${labels.dtype}`);
  }
  expectFloat(where, { logits, weight });
  expectShape(where, [rows], labels, "the labels");
  if (weight) expectShape(where, [classes], weight, "the class weights");
  return [rows, classes];
}

function expectFloat(where: string, tensors: Record<string, TensorInfo | undefined>): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === undefined || tensor.dtype === "float32") continue;
    throw new ArgumentError(`${where}: expected ${name} to be float32, got ${tensor.dtype}`);
  }
}

function lossShape({ reduction }: CrossEntropyAttributes, rows: number): number[] {
  return reduction === "none" ? [rows] : [];
}

function options({ ignoreIndex, smoothing, reduction }: CrossEntropyAttributes) {
  return [ignoreIndex, smoothing, LOSS_REDUCTIONS[reduction]] as const;
}
